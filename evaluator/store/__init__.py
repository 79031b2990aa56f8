"""Files: reading them warily, writing them whole or not at all."""
