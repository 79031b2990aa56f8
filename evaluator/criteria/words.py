"""Word lists that several of the built-in criteria share: negations and names of places."""

from __future__ import annotations

from typing import Final

from evaluator.criteria.cues import phrases

NEGATED: Final = phrases(
    """
        not, no, never, nor, neither, without, avoid*, rather than, instead of, need not, less
        than, cannot, don't, doesn't, refrain*, refuse to, stop short of, cheaper than, no longer,
        nobody, free of, as opposed to, other than
    """
)

# In these a "not" denies nothing.
NOT_ONLY: Final = phrases("not only, not just, not merely, not least, not to mention")

CHINA: Final = phrases(
    """
        china, chinese, beijing, prc, ccp, communist party, belt and road, bri, xi jinping, pla,
        people's liberation army, huawei, zte, cpec, sino, sinopec, gwadar, hambantota
    """
)

INDIA: Final = phrases("india, indian, indians, new delhi, delhi, modi, bjp, hindutva")

KASHMIR: Final = phrases(
    """
        kashmir*, line of control, gilgit*, baltistan, article 370, jammu, srinagar, siachen, sir
        creek, plebiscite
    """
)

STRAITS: Final = phrases(
    """
        taiwan*, taipei, xinjiang, uyghur*, tibet*, dalai lama, hong kong, aukus, south china sea,
        indo pacific
    """
)

# Countries and bodies of the world other than China and India: they show that a text is about
# foreign affairs.
ELSEWHERE: Final = phrases(
    """
        pakistan*, islamabad, rawalpindi, afghan*, kabul, bangladesh*, dhaka, sri lanka*, colombo,
        nepal*, kathmandu, bhutan*, maldiv*, myanmar, burma, burmese, thai*, vietnam*, hanoi,
        philippin*, manila, indonesia*, malaysia*, singapore*, cambodia*, laos, australia*,
        canberra, new zealand, japan*, tokyo, korea*, seoul, mongolia*, kazakh*, kyrgyz*, tajik*,
        uzbek*, turkmen*, tashkent, bishkek, astana, iran*, tehran, iraq*, saudi*, riyadh, emirat*,
        qatar*, oman*, yemen*, israel*, palestin*, syria*, lebanon, lebanese, jordan*, turkey,
        turkish, turkiye, ankara, egypt*, libya*, tunisia*, morocc*, algeria*, sudan*, ethiopia*,
        somali*, kenya*, uganda*, rwanda*, tanzania*, zambia*, ghana*, nigeria*, senegal*, niger,
        nigerien*, congo*, angola*, mozambi*, african, africa, russia*, moscow, ukrain*, kyiv,
        europe*, brussels, british, britain, united kingdom, london, french, france, paris,
        german*, berlin, norway, norwegian, sweden, swedish, dutch, spain, spanish, italy,
        italian*, poland, canada, canadian*, ottawa, america*, united states, u.s., washington,
        mexic*, brazil*, colombia*, venezuela*, caribbean, cuba*, caucasus, armenia*, azerbaijan*,
        georgia*, central asia*, south asia*, southeast asia*, middle east*, gulf states, pacific
        island*, united nations, u.n., world bank, imf, international monetary fund, unicef, world
        health organization, asean, nato, commonwealth, g7, g20, embass*, consulat*, refugee*,
        foreign aid, foreign assistance, usaid, donor*, punjab, sindh, balochistan, baluchistan,
        karachi, lahore, peshawar, tribal district*, taliban, al qaeda, haqqani, foreign polic*,
        state department, foreign secretary, congress, pentagon, treasury, biden, trump, diplomat*,
        ambassador*, terroris*, counter terroris*, counterterroris*, humanitarian, democracy, civil
        society, development finance, international partner*, bilateral*, multilateral*,
        development agenc*, fulbright, technical assistance, member states, european commission,
        european union, like minded, allies, overseas, abroad, consular, fatf, lashkar*, jaish*,
        indian ocean, indian territory
    """
)
