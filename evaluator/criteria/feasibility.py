"""Feasibility: how near the text is to what is already being done, and what stands in the way."""

from __future__ import annotations

from typing import Final

from evaluator.api import Criterion, Level
from evaluator.criteria.cues import WordList, cue, phrases, with_words
from evaluator.criteria.words import NOT_ONLY

WORDS: Final = WordList(
    {
        "not-only": cue(0, "a denial that denies nothing", NOT_ONLY, shift=True),
        "going-on": cue(
            1.3,
            "what has to go on",
            """
                continue, continues, continuing, maintain*, be continued, keep up, kept up, keep
                sending, keep regular, keep open, keep going, go on, goes on, carry on, renew,
                renewed, renewing, sustain the, preserve, preserved, extend the current, ongoing,
                worked well, as it is, stay the course, remain committed, restored, protected from,
                a success, present level, under way, underway, status quo, proven, popular, kept,
                keep
            """,
            unless=phrases("not, no, never, would have, could have, cannot"),
            shift=True,
        ),
        "in-place": cue(
            0.7,
            "what is in place already",
            """
                already, existing, current, currently, regular, regularly, in the past, once a
                year, every year, each year, annual, yearly, monthly, in place, longstanding, long
                standing, build on, building on, tried, established
            """,
            unless=phrases("not, no, never, lack*"),
            shift=True,
        ),
        "set-phrases": cue(
            0,
            "set phrases that say nothing of the politics",
            """
                peace corps, peace research, army engineers, by all means, general elections,
                salvation army, end users, end use, in the end, world peace, defence force*,
                defense force*, police force*, task force*, air force, in force
            """,
            shift=True,
        ),
        "easy": cue(
            0.7,
            "a step that needs few to agree",
            """
                train, training, trains, exchange*, invit*, visit, visits, seminar*, workshop*,
                publish*, share, sharing, pilot*, study, studies, survey*, assess*, meet, meeting*,
                dialogue*, consult, consultation*, statement*, observer*, monitor, monitoring,
                attach*, fellow*, scholar*, delegation*, team, teams, working group*, envoy*,
                register, volunteer*, name, names, appoint*, list, notify, report, reports,
                course*, at once, small, modest, voluntar*, cheap*, offered, hotline*, hot line*,
                teach*, staff, open, condemn*, designat*, explain*, careful*, say, tell,
                acknowledg*, highlight*, hearing*, gesture*, advis*, expert*, research*,
                universit*, hire, dispatch, vaccin*, humanitarian, educat*, student*, visa*,
                inform*, brief, document*, count, scorecard, joint declaration, technical
                assistance, capacity building, visitor*, women, girls, health, data, review*,
                thank*, prais*, commend*, publicly, provide, allow*, letter*, measur*, lend, page,
                telephone, librar*, guidance, stipend*, embassies, sports, apprentice*, private, in
                private, cost little, signs, label*, declare, free to, be free, one page
            """,
            unless=phrases("not, no, never, without, until"),
            shift=True,
        ),
        "soft": cue(
            0.3,
            "a soft wording",
            """
                consider, explore, might, may, can, could, encourag*, support, quietly, where
                possible, gradually, step by step, begin, start, pragmatic, practical, lower
                expectations, offer, assist, help, helping, informal*, discreet*, look at, seek
                ways, try
            """,
            shift=True,
        ),
        "programme": cue(
            0.2,
            "aid and programmes of a known kind",
            """
                programme*, program, initiative*, grant*, assistance, aid, equip*, skills,
                strengthen*, improv*, establish*, create, set up, expand, increase, develop,
                promot*, coordinat*, work with, partner*, engag*, cooperat*, test, check, checks,
                bring
            """,
            shift=True,
        ),
        "money": cue(
            -0.5,
            "money that has to be found",
            """
                loan*, guarantee*, financ*, invest, investment*, investing, billion*, million*,
                fund, funds, build, building, rebuild*, construct*, infrastructure, port, rail,
                railway*, track, dam, dams, pipeline*, terminal*, compensat*, subsid*, spend*,
                grid, transmission, levy, reserve*, underwrite, treatment plant*, purchase*,
                equity, high voltage, corridor*, pay
            """,
            shift=True,
        ),
        "law": cue(
            -1,
            "law, treaty or reform",
            """
                legislat*, law should, new law, law to, amend*, constitution*, treaty, binding,
                reform*, abolish*, ratif*, free trade, compulsory, required to, must not, tax,
                taxable, taxation, tariff*, royalt*, privatis*, privatiz*, judicia*, quota,
                mandatory, restructur*, liberalis*, deregulat*, devolv*, decentrali*, exemption,
                electoral law, licensed, be changed, replaced by, oblige*, split, scrapped, by law,
                punish*
            """,
            unless=phrases("not, no, without"),
            shift=True,
        ),
        "force": cue(
            -0.9,
            "an end, a ban or pressure",
            """
                force, forcing, must end, end the, ends, ending, ban, bans, must, give up, stop
                all, withdraw*, exclude*, pressur*, press, insist*, demand that, should demand,
                condition*, conditional*, leverage, persuad*, sanction*, impose, leave politics,
                threat*, tie, urge, suspend*, dismantl*, replac*, refuse*, revok*, despite, in
                spite of, resistance, once and for all, rein in, crack down, compel*, hold
                accountable, put on trial, bring to justice, loss of, cut off, close the, block,
                discourag*, dissuad*, deny, overrul*, against the will, switched off, have to
                renounce, renounce, oblig*, jail*, oblige, whatever the, end to, take over
            """,
            unless=phrases("not, no, avoid*, without, need not, end of"),
            shift=True,
        ),
        "settlement": cue(
            -1.5,
            "what rivals or those in power must accept",
            """
                mediat*, settlement, settle, peace, kashmir*, neutrality, all members, all
                countries, all states, by all, both capitals, consensus, comprehensive, security
                council, permanent members, zone of influence, agree on, agrees upon, agreed upon,
                agree upon, regional integration, nuclear, army, generals, militias, civilian
                control, civilian supremacy, lasting, national income, political will, line of
                control, land reform, sovereignty, universal, social contract, military
                interference, civil military, final status, grand bargain, power sharing, regional
                order, plebiscite, reconcil*, denuclear*, disarm*, two state, both armies,
                ambiguity
            """,
            unless=phrases("not, no, without"),
            shift=True,
        ),
        "arms": cue(
            -0.8,
            "arms and bases",
            """
                arms, weapons, munitions, missile*, fighter*, frigate*, helicopter*, aircraft,
                submarine*, battalion*, military base*, f 16*, base, bases, air base, shipbuilding,
                marines, hypersonic
            """,
            shift=True,
        ),
        "rivals": cue(
            -0.5,
            "great-power friction",
            """
                china, chinese, beijing, taiwan*, human rights, rights abuses, allies, allied,
                nato, india, new delhi, russia, iran, taliban, huawei
            """,
            shift=True,
        ),
    },
    base=3,
)

CRITERION: Final = with_words(
    Criterion(
        id="feasibility",
        title="Feasibility",
        short="Feas.",
        question="How likely is it to be carried out within three years, as politics stand today?",
        better="higher",
        levels=(
            Level(1, "Hardly doable", "It needs a change of power, or rivals who agree."),
            Level(2, "Hard", "It needs new law, much money or partners who hold back."),
            Level(
                3, "With effort", "It can be done by those who want it, against some resistance."
            ),
            Level(4, "Ready", "Those who would act can begin, and few object."),
            Level(5, "Under way", "It is being done, and has to go on or grow."),
        ),
    ),
    WORDS,
)
