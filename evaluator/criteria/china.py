"""China-sensitivity: friction with Beijing, by who is named and with what stance."""

from __future__ import annotations

from typing import Final

from evaluator.api import Criterion, Level
from evaluator.criteria.cues import WordList, cue, phrases, with_words
from evaluator.criteria.words import CHINA, ELSEWHERE, INDIA, KASHMIR, NEGATED, NOT_ONLY

_AROUND: Final = phrases(
    """
        bangladesh*, dhaka, chittagong, sri lanka*, colombo, nepal*, kathmandu, maldiv*,
        philippin*, manila, vietnam*, hanoi, indonesia*, malaysia*, thai*, cambodia*, laos,
        myanmar, kunming, india, indian, indian ocean, japan*, tokyo, korea*, australia*, central
        asia*, kazakh*, tajik*, kyrgyz*, uzbek*, mongolia*, caspian, pakistan*, islamabad, south
        asia*, southeast asia*, asean, indo pacific, pacific island*, papua, solomon*, fiji,
        africa*, latin america*, island state*
    """
)
_EAST: Final = phrases(
    """
        indian ocean, philippin*, manila, vietnam*, hanoi, japan*, tokyo, australia*, canberra,
        darwin, guam, indo pacific, pacific, korea*, seoul, asean, bangladesh*, dhaka, sri lanka*,
        papua, palau, micronesia*, singapore*, malaysia*, indonesia*, jakarta, thai*, island state*
    """
)

WORDS: Final = WordList(
    {
        "not-only": cue(0, "a denial that denies nothing", NOT_ONLY, shift=True),
        "elsewhere": cue(1, "foreign affairs without China", ELSEWHERE + INDIA + KASHMIR),
        "named": cue(3, "China", CHINA, unless=NEGATED),
        "rivalry": cue(
            4,
            "competing with China",
            """
                compet*, counter, counters, countering, counteract*, counterweight, contain,
                containing, containment, deter, deters, deterring, deterrence, rival*, outbid,
                outpac*, match, matching, alternative*, push back, pushback, confront*, challeng*,
                offset*, harass*, depend, dependen*, not depend, overdepend*, relian*, overrelian*,
                rely, relying, diversif*, away from, instead of, other than, outside, de-risk,
                de-risking, debt trap*, lever, levers, influence, domina*, monopol*, coerc*,
                opaque, complicat*, high risk, disclos*, reckon*, malign, predatory, expos*,
                screen*, outcompete, displac*, wean*, bid against, against, bypass*, block, blocks,
                blocking, highlight*, call out, resist*, oppos*, prevent*, deny, denying,
                discourag*, dissuad*, halt*, limit, limits, limiting, curb*, vulnerab*, adversar*,
                assertive*, footprint, encroach*, ambitions, secret*, spy*, espionage,
                surveillance, disinformation, propaganda, united front, smuggl*, theft, steal*,
                intellectual property, overcapacity, distort*, undercut*, unfair*, guard against,
                protect from, warn*, scrutin*, hedg*, foothold, inroads, relocat*, reshor*,
                friendshor*, nearshor*, military presence, critici*, pressure, stand up to, rip
                out, untrusted, dump, dumping, opacity, choke point*, chokepoint*, thwart*, vacuum,
                fill the gap
            """,
            near=CHINA,
            unless=NEGATED,
        ),
        "clash": cue(
            5,
            "sanctions, bans or blame against China",
            """
                sanction*, ban, bans, banned, banning, bar, barred, exclud*, restrict*, export
                control*, prohibit*, blacklist*, entity list, blocklist*, condemn*, denounc*,
                tariff*, levy, levies, anti dumping, retaliat*, revok*, punish*, penal*,
                incursion*, forced labour, forced labor, genocid*, crimes against humanity, expel*,
                phase out, rip and replace, aggression, delist*, divest*, decoupl*, freez*, frozen,
                seiz*, indict*, loophole*, cut off, cut ties, cutting off, end, ends, ending,
                withdraw*, intervene, military companies, normal trade relations, most favoured,
                most favored, hold accountable, visa ban*, outbound investment, military civil
                fusion, arms embargo, attack*, invasion, blockad*, war with
            """,
            near=CHINA,
            unless=NEGATED + phrases("compelling, force, forcing"),
        ),
        "core": cue(
            5,
            "what Beijing calls its core interests",
            """
                taiwan*, taipei, xinjiang, uyghur*, uighur*, tibet*, dalai lama, hong kong,
                tiananmen, falun gong, one china, first island chain, south china sea, east china
                sea, line of actual control, aukus, across the strait, strait of taiwan, senkaku*,
                scarborough, spratly*, paracel*, second thomas, nine dash
            """,
            unless=phrases("not, without, avoid*"),
        ),
        "organs": cue(
            4,
            "organs of the Chinese state",
            """
                people's liberation army, pla, confucius institute*, ministry of state security,
                ministry of public security, chinese navy, chinese military, chinese army,
                communist party, ccp, chinese state owned, huawei, zte, hikvision, bytedance,
                tiktok, dji
            """,
            unless=NEGATED,
        ),
        "alignment": cue(
            4,
            "groupings and aims that Beijing sees as turned against it",
            """
                quad, indo pacific strategy, free and open indo pacific, freedom of navigation,
                malabar, five eyes, blue dot, global gateway, build back better world, pgii,
                partnership for global infrastructure, great power competition, strategic
                competition, american influence, us influence, u.s. influence, zone of influence,
                sphere of influence, island chain, integrated deterrence, maritime domain
                awareness, pacific deterrence, trilateral*, great power rivalry, near peer,
                systemic rival, rules based order, permanent seat
            """,
            unless=NEGATED,
        ),
        "posture": cue(
            4,
            "forces and defence ties around China",
            """
                naval, navy, navies, defence, defense, missile*, coastguard*, coast guard*, radar*,
                patrol*, joint exercise*, military base*, base, bases, basing, submarine*,
                destroyer*, intelligence sharing, maritime surveillance, weapons, marines, troops,
                rotational, munitions, preposition*, armed forces, security pact, drones, maritime
                security, bombers, access agreement*, security assistance, security arrangement*,
                policing, frigate*
            """,
            near=_EAST,
            unless=NEGATED,
        ),
        "india-tilt": cue(
            3.6,
            "a stronger India as counterweight",
            """
                defence cooperation, defense cooperation, defence ties, defense ties, jet engine*,
                joint production, co production, interoperab*, security council, maritime patrol,
                technology partnership, critical and emerging, logistics agreement, naval
                exercises, joint patrols, arm india, arming india
            """,
            near=INDIA,
            unless=NEGATED,
        ),
        "supply": cue(
            4,
            "supply chains and strategic technology",
            """
                5g, 6g, semiconductor*, advanced chips, chips, quantum, supply chain*, critical
                mineral*, rare earth*, lithium, cobalt, graphite, gallium, minerals partnership,
                minerals security, mineral security, high risk vendor*, untrusted vendor*, trusted
                vendor*, export control*, subsea, undersea cable*, submarine cable*, dual use, one
                supplier, single supplier, strategic dependenc*, shipbuilding
            """,
            unless=NEGATED,
        ),
        "technology": cue(
            2.8,
            "telecoms, minerals and energy technology",
            """
                mobile network*, telecom*, fibre*, fiber*, cables, data centre*, data center*,
                artificial intelligence, vendor*, facial recognition, batter*, electric vehicle*,
                solar panels, inverters, copper, nickel, uranium, pharmaceutical ingredient*, outer
                space, digital infrastructure, technology standards, satellite navigation, cloud
                services
            """,
            unless=NEGATED,
        ),
        "infrastructure": cue(
            2.5,
            "ports, corridors and finance around China",
            """
                port, ports, corridor*, railway*, rail, connectivity, terminal*, infrastructure,
                middle corridor, customs, transmission line*, high voltage, debt, development
                finance, logistics hub, trade route*, co invest*, compact, storage dam*, blended,
                mines
            """,
            near=_AROUND,
            unless=NEGATED,
        ),
        "with-china": cue(
            -2,
            "working with China",
            """
                with china, with beijing, with chinese, with the chinese, alongside china,
                alongside beijing, alongside chinese, let china, let chinese, allow chinese, invite
                china, invite beijing, invite chinese, include china, including china, bring china,
                beijing as a partner, china as a partner, reassure beijing, reassure china,
                reassuring beijing, chinese participation, welcome chinese, welcome china, consult
                beijing, consult china, join chinese, china and russia, russia china, convene
                china, engage china, engage beijing, persuade china, china to join, washington and
                beijing, beijing and washington, china and the united states, china and america,
                chinese and western, chinese and american
            """,
            unless=phrases(
                """
                    compet*, confront*, rival*, war, conflict, clash, friction, decoupl*, ties,
                    trade, tensions, reduce, agreement*, deal, deals, contract*, pact, links,
                    border
                """
            ),
            shift=True,
        ),
        "easing": cue(
            -2,
            "easing of measures against China",
            "ease, eased, easing, lift, lifted, lifting, relax*, roll back, rolled back, rescind*",
            near=CHINA,
            shift=True,
        ),
        "concord": cue(
            -1,
            "a conciliatory tone towards China",
            """
                coexist*, cooperat*, work with, working with, dialogue*, welcom*, co financ*,
                jointly, joint work, joint working, joint tenders, understanding, accommodat*,
                reassur*, talks, in parallel, resum*, reviv*, exchange*, confidence building,
                guardrail*, hotline*, consult*, complement*, not directed against, crisis
                communication*, rather than confront*, without provok*, avoid provok*, reopen*,
                communication, common ground
            """,
            near=CHINA,
            shift=True,
        ),
        "no-sides": cue(
            -1.5,
            "no choice between camps",
            """
                choose sides, take sides, pick sides, choosing sides, taking sides, picking sides,
                choose between, choice between, taking a side, zero sum, cold war, not directed
                against
            """,
            shift=True,
        ),
    }
)

CRITERION: Final = with_words(
    Criterion(
        id="china-sensitivity",
        title="China-sensitivity",
        short="China",
        question="How much friction with Beijing would carrying it out cause, once it is known?",
        better="lower",
        levels=(
            Level(1, "None", "Beijing has no quarrel with it, or gains by it."),
            Level(2, "Noticed", "Beijing would take note and let it pass."),
            Level(3, "Irritation", "Beijing would complain, in private or through its press."),
            Level(4, "Protest", "Beijing would protest and answer in kind where that is cheap."),
            Level(5, "Open clash", "It touches what Beijing calls a core interest; ties suffer."),
        ),
    ),
    WORDS,
)
