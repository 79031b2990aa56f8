"""Cost: what kind of instrument the text names, from words to building."""

from __future__ import annotations

from typing import Final

from evaluator.api import Criterion, Level
from evaluator.criteria.cues import WordList, cue, phrases, with_words
from evaluator.criteria.words import NEGATED, NOT_ONLY

_BUILD: Final = phrases(
    """
        build*, built, construct*, rebuild*, reconstruct*, repair*, upgrad*, moderni*, expand*,
        expansion, install*, lay, laying, dredg*, complet*, finish, financ*, fund*, invest,
        investment*, investing, extend*, connect*, new, electrif*, pay, double, develop*, widen*,
        rehabilitat*, renovat*, mobilis*, mobiliz*, co invest*, co financ*, guarantee*, loan*,
        lend*, restor*, establish*, creat*, put up, equip*, underwrit*, subsid*, donor*, climate
        proof*, proof*, receive, fit, fitted, bring*, relocat*, jointly, grants
    """
)
_GIVE: Final = phrases(
    """
        sell*, sale*, provid*, provision, deliver*, suppl*, offer*, equip*, donat*, transfer*,
        deploy*, preposition*, station*, buy*, purchas*, procur*, giv*, acquir*, produc*,
        production, fund*, package*, sustain*, resum*, expand*, build*, send*, increas*, approv*,
        grant*, lend*, leas*, accelerat*, upgrad*, widen*, doubl*, assistance, fleet, output
    """
)
_MONEY: Final = phrases(
    """
        $, €, £, ¥, dollar*, euro, euros, eur, usd, pounds, rupee*, yuan, fund*, financ*, loan*,
        lend*, grant*, invest, investment*, investing, spend*, budget*, cost*, pay*, allocat*,
        mobilis*, mobiliz*, commit*, pledg*, capital, guarantee*, worth, credit*, bond*,
        appropriat*
    """
)
WORDS: Final = WordList(
    {
        "not-only": cue(0, "a denial that denies nothing", NOT_ONLY, shift=True),
        "set-phrases": cue(
            0,
            "set phrases that name no instrument",
            """
                belt and road, road map, roadmap, both capitals, small and medium, port call*,
                bridge the gap, in the pipeline, world bank, investment screening, export control*,
                arms control, arms race*, debt trap*, capital punishment, to its credit, credit
                for, building on, build on, building block*, financial action task force, track
                record, on track, right track, port of entry, ports of entry, human capital, road
                to, state bank*, investment climate, building trust, build trust, build confidence,
                in the long run, ring road, power to, in power, power sharing, balance of power,
                great power*, green light, health service*, in the field of, in the middle of, aid
                worker*, ministry of finance, finance minist*, police officer*, law school*,
                financial stability board, chinese investment, chinese loan*, development bank of,
                infrastructure development
            """,
            shift=True,
        ),
        "talks": cue(
            1,
            "talks",
            """
                dialogue*, talk, talks, consult, consultation*, discuss*, conversation*, diplomat*,
                diplomacy, meet, meeting*, summit*, negotiat*, mediat*, envoy*, hotline*, hot
                line*, back channel*, backchannel*, track ii, track two, ministerial*, contact
                group, contacts, convene*, understanding, agree on, agreement*, treaty, treaties,
                ceasefire*, truce*, normali*, code of conduct, reconciliation
            """,
        ),
        "statements": cue(
            1,
            "statements and pressure",
            """
                statement*, declar*, condemn*, denounc*, urg*, call on, call for, calls on, call
                upon, calls for, press, pressing, pressur*, speak*, one voice, say, rais*, warn*,
                recogni*, welcom*, endors*, refrain*, avoid*, caution, cautious*, careful*, tone,
                stance, position, signal*, acknowledg*, reaffirm*, explain*, tell, ask, asks,
                insist*, demand*, persuad*, convinc*, publish*, publicis*, publiciz*, publicly,
                announc*, critici*, leverage, rule out, quiet*, letter*, notice*, name, names,
                dissuad*, discourag*, messag*, make clear, making clear, made clear, make explicit,
                clarif*, highlight*, hearing*, oppos*, uphold*, honour*, honor*, resist*, reject*,
                silen*, reassur*, apolog*, commend*, prais*, gesture*, summon*, demarche*,
                communique*, resolution*, narrative*, appeal*, remind*, reconsider*, rethink*,
                recalibrat*, avert*, respect, separate, recognition, describ*, expectations,
                interference, domestic politics, coexist*, zero sum, even handed*, on the agenda,
                encourag*, ambigu*, renounc*, hold accountable, hold to account, expose, exposing,
                rehyphenat*, lobby*, nominat*, vote, votes, objection*, tone down, rhetoric,
                communication, veto*, oversight, yearly report, annual report
            """,
        ),
        "rules": cue(
            1.2,
            "rules, permits and sanctions",
            """
                law, laws, legislat*, rule, rules, regulat*, ban, bans, banned, prohibit*,
                sanction*, restrict*, exclud*, amend*, designat*, standard, standards, visa*,
                licens*, licence*, waiver*, waive, compulsory, must not, should not, tie, tying,
                block, constitution*, judicia*, plebiscite*, referend*, ratif*, loophole*,
                transparen*, disclos*, moratorium, privatis*, privatiz*, liberalis*, deregulat*,
                simplif*, streamlin*, harmonis*, guidance, guidelines, calendar, permit*,
                condition*, extradit*, prosecut*, arrest*, on trial, rein in, crack down, expel*,
                withdraw*, revok*, cancel*, repeal*, freez*, frozen, suspend*, delist*, divest*,
                accountab*, compel*, quota*, list, allow*, let, refus*, abid*, comply, complian*,
                mandate*, duty to, appoint*, replac*, unfreez*, adjusted, contingent, eligib*,
                preferences, abrogat*, scrap*, exempt*, end, ends, stop, drop, merg*, rename, split
            """,
        ),
        "people": cue(
            2,
            "people: training, visits, observers, studies",
            """
                train, training, trains, trained, trainer*, exchange*, scholar*, fellow*,
                observer*, monitor*, mission*, expert*, advis*, study, studies, survey*, assess*,
                delegation*, officers, attach*, teacher*, teach*, team, teams, working group*,
                secretariat*, workshop*, seminar*, course*, inspect*, lawyer*, engineer*, student*,
                instructor*, volunteer*, liaison, staff*, coach*, mentor*, consultant*, academ*,
                curricul*, conference*, research*, statistic*, measured, audit*, committee*,
                enforc*, clerk*, visit, visits, visiting, invit*, tour, tours, journalist*,
                visitor*, universit*, think tank*, youth, twinning, secondment*, specialist*,
                analyst*, investigat*, inquir*, scorecard*, database*, website*, hire, recruit*,
                personnel, cultural, museum*, public diplomacy, cooperat* on, joint work, patrols,
                register, registry, mapping, census, task force*, count, joint commission, data,
                business council*, apprentice*, internship*, cadets, war college*, diaspora,
                judges, panel of, parliamentarian*, fact finding, verification, negotiators,
                interpreter*, linguist*, sports, librar*, warden*, supervis*, certificate*,
                stipend*, electrician*
            """,
        ),
        "taxes": cue(
            2,
            "taxes and duties",
            """
                tariff*, import duty, duty, duties, levy, levies, tax, taxes, taxable, taxation,
                fee, fees, charge, charges, refund*, toll, tolls, royalt*
            """,
        ),
        "support": cue(
            2.4,
            "support of an unnamed kind",
            """
                support*, assist*, help, helping, strengthen*, promot*, improv*, expand*, develop,
                developing, establish*, creat*, set up, provid*, partnership*, enhanc*, broaden*,
                deepen*, upgrad*, facilitat*, collaborat*, scale up, double, pay, offer*,
                stabilis*, stabiliz*, boost*, foster*, pay for, share the, open
            """,
        ),
        "aid": cue(
            3,
            "a programme or aid over years",
            """
                programme*, program, programs, technical assistance, technical support,
                initiative*, capacity building, build capacity, building capacity, build the
                capacity, fund, funds, funding, grant, grants, scheme*, aid, assistance, foreign
                assistance, resettle*, rations, subsid*, livelihood*, schooling, humanitarian,
                refugee*, security cooperation, compensat*, relief, usaid, peace corps, world
                service, scholarship*, community college*, colleges, salaries, cash transfer*,
                social spending, safety net*, incentive*, reintegrat*, disaster*, adaptation,
                mitigation, resilien*, reform*, evacuat*
            """,
            unless=NEGATED,
        ),
        "services": cue(
            3,
            "public services",
            """
                health, vaccin*, polio, nutrition, food support, sanitation, agricultur*,
                irrigation, farmers, educat*, skills, vocational, school, schools, hospital*,
                clinic*, laborator*, law enforcement, police, policing, border management, border
                security, demining, civil society, ngos, markets, documentation, documenting,
                broadcasting, literacy, conservation, forest*, waste, methane, water efficiency,
                blue econom*, fishing communit*, entrepreneur*, startup*, incubator*, mining
                governance, energy efficiency, buses, lanes, embassies, consulates
            """,
            unless=NEGATED,
        ),
        "equipment": cue(
            3,
            "equipment and technology",
            """
                equip, equipment, scanner*, vehicle*, radio*, exercises, technology transfer*,
                green technolog*, clean technolog*, green shipping, digital*, platform*, software,
                network, networks, cyber*, maritime domain awareness, surveillance, sensors, spare
                parts, weighbridges, forensic*, lighting, early warning, gauges, imagery, computers
            """,
            unless=NEGATED,
        ),
        "finance": cue(
            4,
            "public finance: loans, guarantees, investment",
            """
                loan*, credit guarantee*, investment guarantee*, finance, financed, financing,
                investment*, invest, credits, lend, lends, lending, private capital, de-risk*,
                derisk*, risk insurance, political risk, budget support, concessional*, tax
                credit*, co invest*, co financ*, development bank*, development finance, exim bank,
                export import bank, enterprise fund*, buy back, debt swap*, climate finance, bond,
                bonds, equity, wealth fund*, standby, balance of payments, stockpil*, offtake,
                purchase commitment*, trust fund*, underwrit*, blended, reprofil*, refinanc*,
                recapital*, swap line*, special drawing rights, export credit*, trade finance,
                floor price, stake in, buy into, tranche*, on credit, borrow
            """,
            unless=NEGATED,
        ),
        "works": cue(
            4,
            "works of a middling size",
            """
                factor*, plants, mill, mills, mine, mines, shelters, wells, well, solar, wind,
                renewable*, batter*, embankment*, centre, center, production, infrastructure,
                depot*, transformers, trees, ponds, reactor*, engines, storage, tracks, water
                supply, homes, houses, energy project*
            """,
            near=_BUILD + phrases("plant, buy, buys, spend, joint, store"),
            unless=NEGATED,
        ),
        "building": cue(
            5,
            "building",
            """
                port, ports, harbour*, harbor*, railway*, rail, railroad*, new track, road, roads,
                bridge, bridges, dam, dams, pipeline*, grid, grids, transmission, power plant*,
                power station*, treatment plant*, solar park*, wind farm*, housing, canal*,
                highway*, motorway*, airport*, terminal*, water mains, trunk lines, corridors,
                cable, cables, fibre*, fiber*, metro, tunnel*, reservoir*, hydropower, roof,
                refiner*, smelter*, shipbuilding, shipyard*, naval yards, data centre*, data
                center*, special economic zone*, industrial park*, air base*, military base*, high
                voltage, ferries, quay, sewer*, runway*, border fence, fabs
            """,
            near=_BUILD,
            unless=NEGATED,
        ),
        "arms": cue(
            5,
            "arms, vessels or troops",
            """
                fighter*, aircraft, frigate*, submarine*, warship*, destroyer*, vessel*, patrol
                boats, patrol craft, missile*, tanks, artillery, shell, shells, drone*, radar*,
                battalion*, cutter*, brigade*, troops, marines, weapon*, arms, helicopter*, jets,
                jet engine*, munition*, ammunition, air defence, air defense, military presence,
                rotational, garrison*, f 16*, hypersonic*, military sale*, foreign military
                financing, bombers, nuclear technology, peacekeep*
            """,
            near=_GIVE,
            unless=phrases("stop*, refuse*, halt, suspend*, without, not, no, end, ban, against"),
        ),
        "billions": cue(
            5,
            "very large sums",
            """
                billion, billions, bn, trillion, national income, gdp, aid budget, marshall plan,
                defence spending, defense spending, bailout*
            """,
            near=_MONEY + phrases("increas*, per cent, percent, of, sum, sums"),
            unless=NEGATED,
        ),
        "millions": cue(4, "large sums", "million, millions", near=_MONEY, unless=NEGATED),
        "small": cue(
            -0.8,
            "a small or existing thing",
            """
                small, modest, cheap, inexpensive, pilot*, low cost, voluntar*, no new, less
                costly, less expensive, minor, limited, at once, trial, trials, without cost, no
                cost, cost little, small scale, targeted, a few, incremental, token, a dozen, keep,
                maintain, continue, renew, existing
            """,
            unless=phrases("not, no"),
            shift=True,
        ),
        "others-act": cue(
            -1.5,
            "asks, warns or forbids rather than pays",
            """
                urge, urging, press, pressing, pressure, call on, call for, calls on, insist*,
                demand that, persuad*, condemn*, avoid*, refrain*, discourag*, dissuad*, caution*,
                tread, leverage over, conditional*, do not, should not, need not, must not,
                oppose*, tie, make clear, acknowledg*, highlight*, avert, resist*, warn*, ask,
                sanctions, impose, stop, suspend*, withhold*, ban, bans, welcome, hearings, hold
                accountable, tell, block, halt, prohibit*, should say, refuse*, speak with,
                describ*, on the agenda, raise with, should stop, reject*, renounce, apologis*,
                reassure, remind, publish, objection*, tone down, rhetoric, contingent
            """,
            shift=True,
        ),
        "large": cue(
            0.4,
            "on a large scale",
            """
                nationwide, large, massive*, significant*, scale up, ambitious, all countries,
                serious money, major, permanent, substantial*, dramatically, sharply, vast, every
                district, every village, each village, in every
            """,
            shift=True,
        ),
    }
)

CRITERION: Final = with_words(
    Criterion(
        id="cost",
        title="Cost",
        short="Cost",
        question="How much public money would it take over five years, whoever pays?",
        better="lower",
        levels=(
            Level(1, "Words only", "Statements, talks and rules; hardly more than staff time."),
            Level(2, "People", "Training, visits, observers, studies or a small team."),
            Level(3, "Programme", "Aid, equipment or technical help that runs for years."),
            Level(4, "Finance", "Loans, guarantees or investment with public money behind them."),
            Level(5, "Building", "Infrastructure, arms, or finance on a very large scale."),
        ),
    ),
    WORDS,
)
