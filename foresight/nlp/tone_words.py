"""Words that carry a tone in Finnish and English, chosen for foresight. A star stands for any ending.

Direct words of praise and complaint; things that are bad or good when there is more of them, with the words that say
more or less; negators; and what is a complaint only where it is denied ("nobody answers", "ei toimi").
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ToneWords:
    """The lists of one language.

    Attributes:
        good, bad: praise and complaint.
        wanted, unwanted: things that are good or bad news when they grow.
        more, less: that they grow or shrink.
        negators: what turns the next toned word around; `only` after one takes it back ("not only").
        needed: nothing is said by them, but a denial of them is a complaint.
    """

    good: tuple[str, ...]
    bad: tuple[str, ...]
    wanted: tuple[str, ...]
    unwanted: tuple[str, ...]
    more: tuple[str, ...]
    less: tuple[str, ...]
    negators: tuple[str, ...]
    only: tuple[str, ...]
    needed: tuple[str, ...]


def _list(words: str) -> tuple[str, ...]:
    return tuple(words.split())


_ENGLISH = ToneWords(
    good=_list("""
        good better best great excellent wonderful lovely brilliant fantastic superb perfect* amazing awesome delicious
        happy happi* glad delight* pleas* satisf* content* proud pride joy* enjoy* love loved loves loving liked
        friendly kind helpful support* polite patient easy easier easily effortless* smooth* simple reliable safe* fair*
        fast quick* thank* grateful gratitude praise* recommend* welcom* celebrat* success* succeed* achiev* win wins
        winning won winner* award* reward* trust* improv* benefit* boost* strong strength* thriv* flourish* recover*
        hope* optimis* relief reliev* breakthrough innovat* valued appreciat* popular favourite favorite affordable
        bargain worth* exceed* beat bright* promising healthy clean fresh warm* comfort* convenien* free saves saved
        solved fixed rescued
    """),
    bad=_list("""
        bad badly worse worst terribl* awful* horrib* disgust* dread* poor poorly disappoint* dissatisf* unsatisf*
        unhapp* sad sadly anger angry furious rage upset annoy* frustrat* irritat* complain* hate* hated rude grumpy
        unfriendly unhelpful useless pointless slow* late delay* broken broke breaks crash* fail* fault* defect* error*
        mistake* wrong* problem* trouble* difficult* hard confus* mess chaos chaotic crisis crises disaster* catastroph*
        scandal* fraud* scam* cheat* lie lied lies lying mislead* misled deceiv* rip-off unfair* expensive overpriced
        costly hidden dirty noisy dangerous unsafe unreliable risk* threat* fear* afraid worr* anxi* stress* exhaust*
        burnout burned burnt tired overwork* suffer* pain* hurt injur* kill* dead death* die died victim* attack* war
        collaps* plung* slump* bankrupt* insolven* lay-off* layoff* laid sack* fired dismiss* resign* quit strike*
        protest* accus* blam* condemn* critici* warn* fined fines lawsuit* sue sued illegal violat* abuse* harass*
        bully* discriminat* neglect* ignor* refus* cancel* cut cuts lost lose loses losing loss losses damag* destroy*
        ruin* wast* worsen* deteriorat* weak* gloom* bleak shortage* recall* apolog* regret* shame* cry cried crying
        hopeless unbearable unacceptable nightmare queue* queuing
    """),
    wanted=_list("""
        satisfaction profit profits profitability sales revenue* earnings employment wages exports demand confidence
        productivity quality trust safety output orders growth wellbeing well-being income incomes savings recycling
        engagement investment* enrolment
    """),
    unwanted=_list("""
        unemployment inflation loss losses complaint* emissions crime crimes poverty debt debts accident* deaths
        infections error* delay* bankruptcies waste stress burnout absence* leaves queue* waiting pollution fraud*
        scam* deficit injuries violence homelessness shortage* costs layoffs lay-offs cancellations burglaries
        harassment turnover-of-staff loneliness
    """),
    more=_list("""
        rise rises rose risen rising grew grow grows growing grown increas* doubl* tripl* quadrupl* accelerat* soar*
        surg* jump* climb* deepen* spread* swell* widen* mount* higher more bigger larger longest record
    """),
    less=_list("""
        fall falls fell fallen falling drop* declin* decreas* shrink* shrank shrunk narrow* halv* slow* eas* reduc*
        plung* collaps* diminish* lower lowered lowers less fewer smaller shorter shorten* dwindl* slump* sank sink*
        tumbl* weaken* cut cuts
    """),
    negators=_list("""
        not no never nobody none nothing without cannot can't don't doesn't didn't isn't wasn't aren't weren't won't
        wouldn't couldn't shouldn't hasn't haven't hadn't hardly neither nor
    """),
    only=_list("only just merely"),
    needed=_list("""
        work works worked working listen* answer* ask asked asks care cares cared help helped helps explain* understand
        understood arrive arrived told tell reply replied
    """),
)

_FINNISH = ToneWords(
    good=_list("""
        hyvä hyvää hyvän hyvät hyviä hyvästä hyvin parempi paremp* parem* paras parhaa* parhai* parasta erinomai*
        loistav* mahtav* upea upe* ihana ihanaa ihanan ihanat ihania mainio*
        täydelli* herkulli* onnelli* iloi* ilolla iloa ilahdut* ilahtu*
        tyytyväi* ylpeä ylpei* ylpeänä nautin nautti* nautit* rakast* tykkä* viihdy* viihty* ystävälli* kiltti*
        kohtelia* avuli* auttavai* tuki tukee tukevat kannust* kärsivälli* helppo* helpom* helposti helpot* vaivat*
        sujuv* suju* yksinkertai* luotettav* turvalli* reilu* oikeudenmukai* nopea nopei* nopeaa nopeasti nopeam*
        kiitos kiitok* kiitt* kiitel* kiitollis* suosit* tervetull* juhli* menesty* menestys* onnistu* saavut* voitt*
        palkin* palkit* luottamu* luottaa parant* parani* paranee paranivat paranta* paranem* hyöty* hyödy* vahva*
        vahvis* vahvas* vahvem* kukoist* elpy* toivo toivoa toiveik* myönteis* helpotus läpimur* arvost* suosi suositt*
        suosittu* edulli* kannatta* ylitti ylittä* valois* lupaav* terve terveel* puhdas puhta* raikas lämmin lämpim*
        mukav* miellyttäv* kätev* säästää säästi säästy* ratkesi ratkais* pelasti lentävän laadukas laadukka* ihastu*
    """),
    bad=_list("""
        huono huonoa huono* huonos* huonom* huonoi* huonost* surkea surke* kamala kamal* hirveä hirveää
        hirveän hirveät kauhe* karme*
        pettym* petty* petti pettää pettä* tyytymät* onnet* surulli* surku* vihai* viha vihas* vihat raivo* suuttu*
        suutu* ärsyt* turhau* turhaut* valit* töykeä töykei* tympe* epäystäväl* hyödytön hyödyttö* turha* hidas hitaa*
        hitau* hitai* myöhäs* myöhä* viiväst* viivyt* rikki rikkou* hajos* hajoa* kaatui kaatuu kaatuil* epäonnis* vika
        vika* viat vialli* virhe* virhei* väärin väärä ongelm* hankal* vaikea vaike* sekav* sekasot* kaaos* kriisi*
        katastrof* skandaal* petos* petok* huijaus* huijauk* huijat* huijar* huijari* valehtel* valhe* harhaut* harhaan*
        epäreil* epäoikeu* kallis kallii* kallist* piilokul* likai* melui* vaaralli* vaara* turvat* epäluotet* riski*
        uhka uhkaa uhkaav* uhkaava* uhri* pelko* pelkää* peloissa* peläst* huoli huolis* huolest* ahdis* stress* uupu*
        uupum* väsy* kärsi* kipu* loukkaant* loukka* kuoli kuolem* kuole* tappo* tapettu* hyökkäy* sota
        sodan romaht* syöksy* sukel* konkurss* irtisan* irtisano* lomaut* erotet* lakko* mieleno* syytt* syyte*
        syyttä* syytet* tuomits* tuomitt* arvostel* kriti* varoitt* varoit* sakko* sakot* rangais* rikos* rikoks*
        laiton laitto* häirin* kiusa* syrji* laiminly* peruut* perui menett* menetti tappio* vahin* vahing* tuhos*
        tuhoa* tuhla* tuho heikent* heikken* heikko* heiko* synkkä synk* pula pulaa pulasta pahasti paha pahoit*
        anteeksi häpe* itke* itki itkua toivot* sietämät* painajai* jono* jonot* pyörty* kauhu* veloitettiin
    """),
    wanted=_list("""
        asiakastyytyväisyy* tyytyväisyy* voitto voito* voitto* tulos liikevoit* myynti myynni* liikevaiht* työllisyy*
        palkat vienti vienni* kysyntä kysynn* luottamu* tuottavuu* laatu laadu* turvallisuu* tilaukset tilauks* kasvu*
        hyvinvoin* säästöt kierrätys* kierrätyk* investoinn* työtyytyväisyy* kannattavuu*
    """),
    unwanted=_list("""
        työttömyy* inflaatio* tappio tappiot tappioi* valitus* valitukset valituks* valitusten reklamaatio* päästö*
        rikollisuu* rikokset rikosten köyhyy* velka vela* velat onnettomuu* kuolem* tartun* virhe* viivästy* myöhäst*
        konkurss* hävik* jäte* stress* uupum* poissaol* sairauspoissaol* odotusaj* odotusaika* jono* jonot* saast*
        huijau* petok* alijääm* vaje väkival* asunnottomuu* pula kustannu* irtisanomis* lomautu* yksinäisyy* häiriö*
        liikennekuolem* vammat tapaturm*
    """),
    more=_list("""
        nousi nousee nousev* nousu* nousseet noussut kasvoi kasvaa kasvav* kasvanut kasvoivat lisään* kaksinkertais*
        kolminkertais* moninkertais* kiihty* syveni* syvene* laajen* leviä* levisi paisu* yleist* enemmän enene*
        suurem* korkeam* pidem* pitene* piteni*
    """),
    less=_list("""
        laski laskee laskev* laskivat laskenut laskuun laskus* väheni vähene* vähent* vähen* pieneni* pienen* pienem*
        supist* puolit* hidastu* helpott* alene* aleni* kapeni* kapene* lyhen* lyhyem* romaht* vähemmän vähäisem*
        hupeni* putos* putoa* sukel* heikken* heikent* taittu*
    """),
    negators=_list("ei en et emme ette eivät eikä enkä etkä emmekä ettekä eivätkä älä ilman tuskin ettei etten"),
    only=_list("vain ainoastaan pelkästään"),
    needed=_list("""
        toimi toimii toiminut toimineet toimivat kuunnel* kuuntel* kuule vastaa vastat* vastan* kysy* välitä auta autta*
        kerro* kerrot* ymmärrä ymmärt* saapu* tullut tule löydy löyty* löytän* palautettu palauteta
    """),
)

TONE_WORDS: dict[str, ToneWords] = {"en": _ENGLISH, "fi": _FINNISH}
