"""India-sensitivity: friction with New Delhi, by who is named and with what stance."""

from __future__ import annotations

from typing import Final

from evaluator.api import Criterion, Level
from evaluator.criteria.cues import WordList, cue, phrases, with_words
from evaluator.criteria.words import CHINA, ELSEWHERE, INDIA, KASHMIR, NEGATED, NOT_ONLY, STRAITS

_PAKISTAN: Final = phrases("pakistan*, islamabad, rawalpindi")

WORDS: Final = WordList(
    {
        "not-only": cue(0, "a denial that denies nothing", NOT_ONLY, shift=True),
        "elsewhere": cue(1, "foreign affairs without India", ELSEWHERE + CHINA + STRAITS),
        "named": cue(2.4, "India", INDIA, unless=NEGATED),
        "criticism": cue(
            5,
            "criticism of India's conduct",
            """
                human rights, minorit*, religious freedom, muslim*, sikh*, khalistan*, manipur,
                assam, citizenship law, caste, dalit*, press freedom, journalist*, reporters, civil
                libert*, assassinat*, extrajudicial, killing*, abuses, abuse, sanction*, condemn*,
                suppress*, repress*, detain*, detention*, detainee*, statehood, suspend*, expel*,
                hold accountable, backslid*, punish*, threat*, pressur*, stop all, revok*, violat*,
                downgrad*, firmer, stance, hate speech, lynch*, mosque*, christian*, nationalis*,
                authoritarian*, secular*, discriminat*, rule of law, democratic values, dissent*,
                foreign funding, ngos, crackdown*, illiberal*, particular concern, critici*,
                critics, plot*, demolition*, jail*, arrest*, impunity, refus*, torture, accountab*,
                political prisoner*, internet shutdown*
            """,
            near=INDIA,
            unless=NEGATED,
        ),
        "conditions": cue(
            4.2,
            "conditions or trade pressure on India",
            """
                tie, tying, condition*, contingent, unless, until, withhold*, carbon border,
                tariff*, levy, levies, anti dumping, binding chapter, export licen*, russian oil, s
                400, caatsa, sanction*, oil from russia, should not sign, demand*, insist*, russian
                arms, refuse to sell, dispute settlement, non proliferation, generic drug*, data
                localisation, block india, oppose india
            """,
            near=INDIA,
            unless=NEGATED,
        ),
        "sikh": cue(
            4,
            "Sikh activists abroad",
            "sikh activist*, sikh dissident*, sikh*, khalistan*, transnational repression",
            unless=NEGATED,
        ),
        "kashmir": cue(4.5, "Kashmir and its lines", KASHMIR, unless=NEGATED),
        "himalaya": cue(
            2.8,
            "the Himalayan frontier",
            "himalaya*, ladakh, arunachal, sikkim, doklam, both armies",
        ),
        "mediation": cue(
            4.5,
            "mediation between India and Pakistan",
            """
                mediat*, third party, third parties, broker*, arbitrat*, good offices,
                intermediar*, shuttle diplomacy, peace process, bring india and pakistan, un
                resolutions, internationalis*, international conference
            """,
            near=INDIA,
            unless=NEGATED,
        ),
        "balance": cue(
            3.2,
            "India and Pakistan weighed together",
            """
                rehyphenat*, re hyphenat*, hyphenat*, even handed*, parity, facilitat*, normalis*,
                normaliz*, track ii, track two, back channel*, backchannel*, composite dialogue,
                ceasefire, resume dialogue, confidence building, nuclear risk*, strategic
                stability, hotline*, hot line*, insecurit*, fears, security concerns, crisis
                management, two nuclear powers, escalat*, both militaries, missile test*, nuclear
                doctrine, deterrence, bilateral commerce, reopen*, balance
            """,
            near=INDIA + _PAKISTAN,
            unless=NEGATED,
        ),
        "arms": cue(
            4.5,
            "arms or nuclear technology for Pakistan",
            """
                f 16*, fighter*, aircraft, frigate*, submarine*, drone*, weapons, arms, arms sale*,
                civilian nuclear, civil nuclear, nuclear technology, nuclear suppliers, nsg,
                nuclear establishment, nuclear deal, military aid, military assistance, military
                sale*, munition*, spare parts, helicopter*, foreign military financing,
                sustainment, pakistan navy, pakistani navy, tanks, artillery, air defence, air
                defense, major non nato ally, attack helicopter*
            """,
            near=_PAKISTAN,
            unless=NEGATED
            + phrases("end, stop, halt, suspend*, cut, withhold, revoke, loss of, condition*"),
        ),
        "military-ties": cue(
            2.9,
            "military ties with Pakistan",
            """
                military academy, military training, military education, military to military,
                armed forces, security cooperation, security assistance, security ties, security
                relations, security partnership, defence ties, defense ties, defence cooperation,
                defense cooperation, strategic partnership, coalition support, military
                cooperation, military relationship, war college*, staff officers, joint exercise*,
                officers, nuclear, cadets, military intelligence
            """,
            near=_PAKISTAN,
            unless=NEGATED,
        ),
        "rivers": cue(
            3.5,
            "shared rivers and their treaty",
            """
                indus waters treaty, shared rivers, water treaty, brahmaputra, teesta, chenab,
                jhelum, river data, dam, dams, hydrolog*, transboundary, farakka, water sharing
            """,
            near=phrases(
                """
                    indus*, india, indian, delhi, pakistan*, bangladesh*, treaty, brahmaputra,
                    saarc, basin, ganges
                """
            ),
            unless=NEGATED,
        ),
        "chinese-works": cue(
            3,
            "Chinese works in India's neighbourhood",
            "cpec, economic corridor, gwadar, hambantota, kunming",
            unless=NEGATED + phrases("discourag*, alternative, rather"),
        ),
        "neighbourhood": cue(
            2,
            "security or transit in India's neighbourhood",
            """
                patrol*, navy, naval, radar*, military, defence, defense, base, bases, port, ports,
                hydropower, transit, trade, regional, saarc, elections, election, extradition,
                transmission line, storage dam*, security
            """,
            near=phrases(
                """
                    nepal*, kathmandu, bangladesh*, dhaka, sri lanka*, colombo, maldiv*, bhutan*,
                    saarc, tamil*
                """
            ),
            unless=NEGATED,
        ),
        "pakistan": cue(1.4, "Pakistan", "pakistan*, islamabad", unless=NEGATED),
        "with-india": cue(
            -1.5,
            "working with India",
            """
                deepen*, strengthen*, support india, support indian, india's bid, india's rise,
                india's role, india's leadership, with india, with new delhi, with delhi, with
                indian, alongside india, joint production, co production, natural partner*, join,
                trust, quad, cooperate with, coordinate with india, consult new delhi, welcom*,
                permanent seat, attack india, against india, delegation*, indian market, open,
                recruit*, waiver*, invest in india, technology to india, back india, co produce,
                technology transfer to india, india and japan, japan and india
            """,
            near=INDIA,
            unless=phrases(
                """
                    not, do not, should not, relations, disput*, pakistan and, dialogue, commerce,
                    trade, alliance, collaboration, collaborating, kashmir
                """
            ),
            shift=True,
        ),
    }
)

CRITERION: Final = with_words(
    Criterion(
        id="india-sensitivity",
        title="India-sensitivity",
        short="India",
        question="How much friction with New Delhi would carrying it out cause, once it is known?",
        better="lower",
        levels=(
            Level(1, "None", "New Delhi has no quarrel with it, or gains by it."),
            Level(2, "Noticed", "New Delhi would take note and let it pass."),
            Level(3, "Irritation", "New Delhi would complain, in private or through its press."),
            Level(4, "Protest", "New Delhi would protest and hold back cooperation elsewhere."),
            Level(5, "Open clash", "It touches Kashmir, arms or sovereignty; ties suffer."),
        ),
    ),
    WORDS,
)
