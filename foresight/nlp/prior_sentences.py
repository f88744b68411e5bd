"""Sixty sentences of news in Finnish, English and Swedish, the same content in each, written for foresight.

They make the shipped means of the languages (`priors.py`): what a language's texts have in common, over many matters.
"""

from __future__ import annotations

_FINNISH = """\
Hallitus esittelee ensi vuoden talousarvion
Keskuspankki piti ohjauskoron ennallaan
Tutkijat löysivät uuden lajin syvältä merestä
Junaliikenne pysähtyi myrskyn vuoksi
Joukkue voitti mestaruuden jatkoajalla
Sairaala ottaa käyttöön uuden leikkausrobotin
Sähkön hinta nousi talven korkeimmalle tasolle
Kirjailija palkittiin elämäntyöstään
Poliisi pyytää havaintoja kadonneesta veneestä
Koulut saavat lisää rahaa opettajien palkkaamiseen
Yhtiö laajentaa tehdastaan ja palkkaa sata työntekijää
Lumi suli tänä keväänä tavallista aikaisemmin
Ministeri tapasi naapurimaan ulkoministerin
Uusi laki kieltää kertakäyttöiset muoviastiat
Kuluttajat ostavat yhä enemmän käytettyjä vaatteita
Ohjelmistoyritys julkaisi korjauksen vakavaan haavoittuvuuteen
Kaupunki rakentaa pyörätien rautatien varteen
Viljasato jäi kuivuuden takia pieneksi
Näyttely kertoo sata vuotta vanhasta arkkitehtuurista
Lääkärit varoittavat unen puutteen vaikutuksista
Tekoäly auttaa asiakaspalvelijoita vastaamaan nopeammin
Satelliitti laukaistiin kiertoradalle onnistuneesti
Työttömyys väheni kolmatta kuukautta peräkkäin
Elokuva keräsi ennätysyleisön avausviikonloppuna
Metsäpalo levisi kuivassa maastossa nopeasti
Pankki sulkee konttoreita pienillä paikkakunnilla
Neuvottelut työehdoista jatkuvat ensi viikolla
Uusi akku latautuu muutamassa minuutissa
Kirjasto pidentää aukioloaikojaan viikonloppuisin
Oikeus hylkäsi yhtiön valituksen
Kalastajat vaativat kiintiöiden nostamista
Matkailijoiden määrä kasvoi saaristossa
Puolue valitsi uuden puheenjohtajan kokouksessaan
Rokotukset alkavat vanhimmista ikäluokista
Kauppaketju lupaa puolittaa ruokahävikkinsä
Hakkerit varastivat tuhansien asiakkaiden tiedot
Orkesteri soitti uuden sinfonian kantaesityksen
Lentoyhtiö peruutti kymmeniä vuoroja lakon vuoksi
Asuntojen hinnat laskivat suurissa kaupungeissa
Yliopisto avasi kaikille ilmaisen verkkokurssin
Tulva katkaisi tien ja eristi kylän
Sijoittajat odottavat yhtiöiden tulosjulkistuksia
Kilpailuviranomainen tutkii suurta yrityskauppaa
Vanhukset toivovat lisää aikaa hoitajilta
Tuulivoimapuiston rakentaminen alkaa merellä keväällä
Rauhanneuvottelut päättyivät ilman tulosta
Nuoret liikkuvat vähemmän kuin kymmenen vuotta sitten
Autonvalmistaja kutsuu korjattavaksi tuhansia autoja
Asiakkaat valittavat pitkistä jonotusajoista
Museo palautti esineet niiden alkuperämaahan
Etätyö muutti toimistojen tilantarvetta
Kasvissyönti yleistyy koulujen ruokaloissa
Valtio myy osan omistuksestaan energiayhtiössä
Meteorologit lupaavat viikonlopuksi lämmintä
Vankila saa uuden rakennuksen ja lisää henkilökuntaa
Verkkokaupan paketit toimitetaan nyt myös sunnuntaisin
Äänestysprosentti nousi kunnallisvaaleissa
Rekrytointi vaikeutui hoitoalalla entisestään
Pelialan yritys sai rahoitusta kansainvälisiltä sijoittajilta
Ilman laatu parani liikenteen vähentyessä
"""

_ENGLISH = """\
Government presents next year's budget
Central bank keeps its interest rate unchanged
Researchers find a new species deep in the sea
Rail traffic stopped because of the storm
The team won the championship in overtime
Hospital takes a new surgical robot into use
The price of electricity rose to the highest level of the winter
The author was rewarded for her life's work
Police ask for sightings of a missing boat
Schools get more money for hiring teachers
The company expands its factory and hires a hundred workers
Snow melted earlier than usual this spring
The minister met the foreign minister of the neighbouring country
A new law bans disposable plastic dishes
Consumers buy more and more second-hand clothes
A software company released a fix for a serious vulnerability
The city builds a cycle path along the railway
The grain harvest remained small because of the drought
An exhibition tells about architecture of a hundred years ago
Doctors warn of the effects of lack of sleep
Artificial intelligence helps customer service answer faster
The satellite was successfully launched into orbit
Unemployment fell for the third month in a row
The film drew a record audience on its opening weekend
The forest fire spread quickly in dry terrain
The bank closes branches in small towns
Talks about working conditions continue next week
A new battery charges in a few minutes
The library extends its opening hours at weekends
The court rejected the company's appeal
Fishermen demand higher quotas
The number of travellers grew in the archipelago
The party elected a new chair at its meeting
Vaccinations begin with the oldest age groups
A store chain promises to halve its food waste
Hackers stole the data of thousands of customers
The orchestra played the first performance of a new symphony
The airline cancelled dozens of flights because of a strike
House prices fell in the big cities
The university opened a free online course to all
A flood cut the road and isolated the village
Investors wait for the companies' earnings reports
The competition authority examines a large acquisition
Old people hope for more time from nurses
Building of an offshore wind farm begins in spring
The peace talks ended without result
Young people exercise less than ten years ago
A car maker recalls thousands of cars for repair
Customers complain about long waiting times
The museum returned the objects to their country of origin
Remote work changed the need for office space
Vegetarian food becomes more common in school canteens
The state sells part of its holding in the energy company
Meteorologists promise warm weather for the weekend
The prison gets a new building and more staff
Online shopping parcels are now delivered on Sundays too
Turnout rose in the municipal elections
Recruiting became even harder in the care sector
A games company received funding from international investors
Air quality improved as traffic decreased
"""

_SWEDISH = """\
Regeringen presenterar nästa års budget
Centralbanken lät styrräntan vara oförändrad
Forskare hittade en ny art djupt i havet
Tågtrafiken stod stilla på grund av stormen
Laget vann mästerskapet på övertid
Sjukhuset tar en ny operationsrobot i bruk
Elpriset steg till vinterns högsta nivå
Författaren belönades för sitt livsverk
Polisen ber om iakttagelser av en försvunnen båt
Skolorna får mer pengar för att anställa lärare
Bolaget bygger ut sin fabrik och anställer hundra personer
Snön smälte tidigare än vanligt i våras
Ministern träffade grannlandets utrikesminister
En ny lag förbjuder engångskärl av plast
Konsumenterna köper allt mer begagnade kläder
Ett programvaruföretag släppte en rättning till en allvarlig sårbarhet
Staden bygger en cykelväg längs järnvägen
Spannmålsskörden blev liten på grund av torkan
En utställning berättar om hundra år gammal arkitektur
Läkare varnar för följderna av sömnbrist
Artificiell intelligens hjälper kundtjänsten att svara snabbare
Satelliten sköts framgångsrikt upp i omloppsbana
Arbetslösheten minskade för tredje månaden i rad
Filmen lockade rekordpublik under premiärhelgen
Skogsbranden spred sig snabbt i torr terräng
Banken stänger kontor på små orter
Förhandlingarna om arbetsvillkoren fortsätter nästa vecka
Ett nytt batteri laddas på några minuter
Biblioteket förlänger sina öppettider på helgerna
Domstolen avslog bolagets överklagande
Fiskare kräver högre kvoter
Antalet turister ökade i skärgården
Partiet valde en ny ordförande vid sitt möte
Vaccineringarna börjar med de äldsta åldersgrupperna
En butikskedja lovar att halvera sitt matsvinn
Hackare stal uppgifter om tusentals kunder
Orkestern spelade uruppförandet av en ny symfoni
Flygbolaget ställde in tiotals turer på grund av en strejk
Bostadspriserna sjönk i de stora städerna
Universitetet öppnade en gratis nätkurs för alla
En översvämning skar av vägen och isolerade byn
Investerarna väntar på bolagens delårsrapporter
Konkurrensmyndigheten granskar ett stort företagsköp
Äldre önskar mer tid av vårdarna
Bygget av en vindkraftspark till havs börjar i vår
Fredsförhandlingarna slutade utan resultat
Unga rör på sig mindre än för tio år sedan
En biltillverkare återkallar tusentals bilar för reparation
Kunderna klagar på långa väntetider
Museet återlämnade föremålen till deras ursprungsland
Distansarbetet förändrade behovet av kontorsutrymme
Vegetarisk mat blir vanligare i skolmatsalarna
Staten säljer en del av sitt innehav i energibolaget
Meteorologerna lovar varmt väder till helgen
Fängelset får en ny byggnad och mer personal
Näthandelns paket levereras nu även på söndagar
Valdeltagandet steg i kommunalvalet
Rekryteringen blev ännu svårare inom vårdbranschen
Ett spelföretag fick finansiering av internationella investerare
Luftkvaliteten förbättrades när trafiken minskade
"""

PRIOR_SENTENCES: dict[str, tuple[str, ...]] = {
    "en": tuple(_ENGLISH.splitlines()),
    "fi": tuple(_FINNISH.splitlines()),
    "sv": tuple(_SWEDISH.splitlines()),
}
"""By language; line i says the same in each."""
