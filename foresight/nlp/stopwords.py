"""Words that say nothing of the matter: function words, and the words news is made with.

Short on purpose: a list such as stopwordsiso's English one holds high, home, state, system and computer, which
are what trends are made of. Finnish is listed by lemma, with the forms a lemmatiser takes for something else.
"""

from __future__ import annotations

_ENGLISH = """
a about above across actually after afterwards again against ago all almost alone along already also although
always am amid among amongst an and another any anyhow anyone anything anyway anywhere are aren around as at
away back be became because become becomes becoming been before beforehand behind being below beside besides
between beyond both but by came can cannot come comes coming could couldn did didn do does doesn doing don
done down during each either else elsewhere enough etc even ever every everyone everything everywhere except
far few for former formerly from further gave get gets getting give gives given go goes going gone gonna got
had hadn has hasn have haven having he hello hence her here hereby herein hers herself hi him himself his how
however i if in indeed instead into is isn it its itself just keep keeps kept least less let lets like likely
lot made mainly make makes making many may maybe me mean meanwhile might mine more moreover most mostly much
must mustn my myself namely near nearly need needs neither never nevertheless no nobody none nor not nothing
now nowhere of off often on once one only onto or other others otherwise our ours ourselves out over own per
perhaps please put puts quite rather re really regarding said same saw say saying says see seem seemed seeming
seems seen several shall she should shouldn since so some somehow someone something sometime sometimes
somewhere soon still such take taken takes taking tell tells than that the their theirs them themselves then
thence there thereby therefore therein these they thing things this those though through throughout thus till
to together told too took toward towards try trying under unless until unto up upon us use used uses using
various very via want wants was wasn way ways we well went were weren what whatever when whence whenever where
whereas whereby wherein wherever whether which while whither who whoever whole whom whose why will with within
without won would wouldn yes yet you your yours yourself yourselves ain ll ve two three four five six seven
eight nine ten hundred thousand million billion trillion first second third last next anti non multi self due
certain different particular including include includes included recently lately
""".split()  # noqa: SIM905 - a list of six hundred quoted words reads worse

_ENGLISH_NEWS = """
amid analysis announce announced announces ask asks best better big bigger biggest briefing check chief
comment comments daily day days despite edition exclusive explained explainer fear fears gallery good great
guide happened happen happens happening headline headlines here's hour hours inside interview latest letter
letters live look looks main minute minutes month months monday tuesday wednesday thursday friday saturday
sunday january february march april june july august september october november december new news newsletter
old opinion part people photo photos picture pictures podcast poll post questions quiz read recap report
reported reportedly reports reveal revealed reveals review right roundup session show shows sign signs source
sources start starts stories story summary talk talks time times today tomorrow tonight top update updated
updates video videos view views watch week weekend weekly weeks worse worst year years yesterday
""".split()  # noqa: SIM905 - as above

_FINNISH = """
aika aikoa aikana ainakin aina aivan ajan alkaa alla alle alta antaa arvioida asia asti että eli ellei en
enemmän eniten enintään ennen ensi ensimmäinen entinen entä eri erittäin erityisesti esimerkiksi esimerkki
esittää esiin et etenkin ettei ei eivät emme ette haluta he heidän heille heitä heillä helposti hetki hetken
hieman hyvin hyvä hän hänen häntä hänelle ihan ilman itse itsensä ja jatkaa jatkossa jo johtua joissa joita
joille joiden jos joka jokin joku jolla jolle jolloin jonka jonkin jopa joskus josta jossa jota jotain jotka
jotkin jotta joten joutua juuri kai kaikki kaiken kaikkien kaikkea kahden kaksi kannattaa kanssa katsoa kautta
kello kenen ken kerran kerta kertaa kertoa keskellä kesken keskiviikko keskiviikkona kiinni kohden kohdalla
kohta kohti koko kolme koska koskea koskaan kovin kuin kuinka kuitenkaan kuitenkin kuka kukaan kukin kun kuten
kyllä kymmenen käydä käyttää lauantai lauantaina lisäksi lisää liian loppu loppua lopulta luona lähes lähteä
lähteenä lähellä maanantai maanantaina mahdollinen mahdollisesti me meidän meillä meille meitä melko mennä
mennessä merkittävä mielestä miksi mikä mikään millainen milloin mihin miten minkä minä minun minulla minua
missä mistä mitä mitään molemmat monen moni monta muka mukaan mukana muu muualla muun muuta muutama muutamia
muuten mutta myös myöskään myötä näin ne neljä nimi niiden niin niissä niistä niitä noin nousta nuo nykyinen
nyt näiden nämä näyttää näitä näistä odottaa ohi oikea oikein olla oli ole olemme olen olet olette on oma omaa
ottaa ovat paikka paitsi paljon parempi paras pari perjantai perjantaina perusteella pian pitkin pitkä pitää
pois puoli puolesta puhua päin päivä pyrkiä runsas saada saakka saattaa sama samaan samalla samoin sanoa se
seitsemän sekä sellainen sen seuraava seurata siellä sieltä siihen siinä siis siitä sillä silti sinne sinä
sinun sitten sitä sunnuntai sunnuntaina suuri suurin syy taas tahansa tai takana takia tapa tapaus tarkoittaa
tarvita te tehdä teidän tiistai tiistaina tiedottaa tiettyjä tietty todella todeta toinen toistaiseksi torstai
torstaina tuhat tuntua tuo tuoda tulla tunti turha tällainen tällä tämä tämän tänä tänään tässä tästä tätä
uskoa usea usein uusi vaan vai vaikka vain varma varmasti varten vasta vastaan vaatia vielä viikko viime
viimeinen viisi voida vuoksi vuonna vuosi vuoden vuotta vähintään väittää vähän vähemmän yhdessä yhden yhtään
yhä yksi yli ylitse yleensä ympäri äskettäin miljoona miljardi prosentti euro kuukausi kertoo sanoo mukaansa
varoittaa ilmoittaa julkaista julki julkistaa uutinen uutiset herra rouva puhemies edustaja arvoisa tammikuu
helmikuu maaliskuu huhtikuu toukokuu kesäkuu heinäkuu elokuu syyskuu lokakuu marraskuu joulukuu ssa ssä sta
stä lla llä lle lta ltä ksi kaan kään han jälkeen enää heti muassa tuleva takaisin vihdoin jäädä ehkä etenkään
eräs joskin jokainen vaikkakin molempi sinänsä siksi silloin tosin toki totta varsin varsinkin toistaa joukko
sataa luvata pysyä saapua tapahtua viedä yrittää iso pieni vanha kova no eipäs täh huh hei tilalle tilalla
liikaa huolimatta kutsuttu kaikkialla minne minnekään katso katsokaa lue tulossa odotatko miksei mikäli johdosta
""".split()  # noqa: SIM905 - as above

_SWEDISH = """
alla allt att av bara bli blir blev då de dem den denna deras dess det detta dig din du där efter ej eller en
enligt er ett finns fler flera från få får för före genom ger gör ha hade han har hans hela henne hennes hit
hon hos hur här i icke igen in inga ingen inget inom inte ja jag kan kommer kunde man med mellan men mer mest
mig min mot mycket måste många ni nog nu när någon något några nya och också om oss på redan sedan ser ska
skall skulle så säger sig sin sina sitt som speciellt större ta till tre två under upp ut utan vad var vara
varit varje vem vi vid vilka vilken vill än är även år åt över
""".split()  # noqa: SIM905 - as above

_GERMAN = """
aber alle allem allen aller alles als also am an andere anderen auch auf aus bei beim bereits bin bis bist da
damit dann das dass dein dem den denn der des dessen die dies diese diesem diesen dieser dieses doch dort du
durch ein eine einem einen einer eines er es etwas euch für gegen gibt haben hat hatte hier ich ihm ihn ihr
ihre ihrem ihren im immer in ins ist ja jede jeder jetzt kann kein keine können man mehr mein mit muss nach
neue neuen nicht nichts noch nun nur ob oder ohne schon sehr sein seine seinem seinen seiner seit sich sie
sind so soll sollen sollte sondern über um und uns unser unter viel vom von vor war waren was weil weiter wenn
wer werden wie wieder will wir wird wo wurde wurden zu zum zur zwei zwischen
""".split()  # noqa: SIM905 - as above

STOP_WORDS: dict[str, frozenset[str]] = {
    "en": frozenset(_ENGLISH) | frozenset(_ENGLISH_NEWS),
    "fi": frozenset(_FINNISH),
    "sv": frozenset(_SWEDISH),
    "de": frozenset(_GERMAN),
}

ACRONYMS = frozenset({"US", "UN", "WHO", "IT", "AI"})
"""Written so, these are names, though their letters are stop words."""


def is_stop_word(word: str, lang: str) -> bool:
    """Whether a word, or its lemma, says nothing of the matter. `word` is case-folded."""
    return word in STOP_WORDS.get(lang, frozenset())
