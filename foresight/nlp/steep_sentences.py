"""What the five classes of STEEP are about, in Finnish and English, written for foresight: fourteen lines for each.

Line i says the same in both languages. `anchors.py` encodes them; a text's class is that of the lines it lies nearest.
"""

from __future__ import annotations

_SOCIAL_EN = """\
Families, children and everyday life
People's values, attitudes and lifestyles
Customers, their experiences and how they are served
Employees, working life, well-being and burnout
Health care, patients and hospitals
Schools, pupils, teachers and education
Ageing population, loneliness and care of the elderly
Young people, social media and free time
Culture, music, films and entertainment
Sports, teams, matches and championships
Migration, integration and minorities
Equality between women and men
Social security, poverty and homelessness
Crime, safety and daily life in neighbourhoods
"""

_SOCIAL_FI = """\
Perheet, lapset ja arki
Ihmisten arvot, asenteet ja elämäntavat
Asiakkaat, heidän kokemuksensa ja palvelunsa
Työntekijät, työelämä, hyvinvointi ja uupumus
Terveydenhuolto, potilaat ja sairaalat
Koulut, oppilaat, opettajat ja koulutus
Ikääntyvä väestö, yksinäisyys ja vanhustenhoito
Nuoret, sosiaalinen media ja vapaa-aika
Kulttuuri, musiikki, elokuvat ja viihde
Urheilu, joukkueet, ottelut ja mestaruudet
Maahanmuutto, kotoutuminen ja vähemmistöt
Naisten ja miesten tasa-arvo
Sosiaaliturva, köyhyys ja asunnottomuus
Rikokset, turvallisuus ja asuinalueiden arki
"""

_TECHNOLOGICAL_EN = """\
Artificial intelligence and machine learning
New software, applications and updates
Mobile phones, computers and gadgets
Data security, hackers and vulnerabilities
Robots and automation in factories and shops
Research discoveries and scientific experiments
Space flights, satellites and telescopes
Semiconductors, chips and processors
Internet connections, networks and 5G
Digital services and electronic identification
New batteries and technical innovations
Video games, consoles and virtual reality
Medical technology and gene research
Self-driving cars and drones
"""

_TECHNOLOGICAL_FI = """\
Tekoäly ja koneoppiminen
Uudet ohjelmistot, sovellukset ja päivitykset
Matkapuhelimet, tietokoneet ja laitteet
Tietoturva, hakkerit ja haavoittuvuudet
Robotit ja automaatio tehtaissa ja kaupoissa
Tutkimuksen löydöt ja tieteelliset kokeet
Avaruuslennot, satelliitit ja kaukoputket
Puolijohteet, sirut ja suorittimet
Internetyhteydet, verkot ja 5G
Digitaaliset palvelut ja sähköinen tunnistautuminen
Uudet akut ja tekniset keksinnöt
Videopelit, konsolit ja virtuaalitodellisuus
Lääketieteen tekniikka ja geenitutkimus
Itseajavat autot ja dronet
"""

_ECONOMIC_EN = """\
Stock markets, share prices and investors
Company earnings, sales and profits
Prices, inflation and the cost of living
Interest rates, central banks and loans
Unemployment, wages and the labour market
Mergers, acquisitions and bankruptcies
Foreign trade, exports and tariffs
Retail trade, shops and consumer spending
Housing market and house prices
Taxes, public finances and budgets
Industry, factories and production
Banks, insurance and payments
Start-ups, funding and business models
Economic growth and recession
"""

_ECONOMIC_FI = """\
Pörssi, osakekurssit ja sijoittajat
Yritysten tulokset, myynti ja voitot
Hinnat, inflaatio ja elinkustannukset
Korot, keskuspankit ja lainat
Työttömyys, palkat ja työmarkkinat
Fuusiot, yrityskaupat ja konkurssit
Ulkomaankauppa, vienti ja tullit
Vähittäiskauppa, myymälät ja kulutus
Asuntomarkkinat ja asuntojen hinnat
Verot, julkinen talous ja budjetit
Teollisuus, tehtaat ja tuotanto
Pankit, vakuutukset ja maksaminen
Kasvuyritykset, rahoitus ja liiketoimintamallit
Talouskasvu ja taantuma
"""

_ENVIRONMENTAL_EN = """\
Climate change and greenhouse gas emissions
Nature conservation, biodiversity and endangered species
Floods, storms, droughts and forest fires
Pollution of air, water and soil
Recycling, waste and circular economy
Renewable energy, wind and solar power
Forests, lakes, rivers and the sea
Agriculture, crops and soil
Animals, birds, fish and plants
Weather, temperatures and seasons
Plastic waste and packaging
Geography, mountains, islands and landscapes
Carbon footprint and sustainable consumption
Drinking water and natural resources
"""

_ENVIRONMENTAL_FI = """\
Ilmastonmuutos ja kasvihuonekaasupäästöt
Luonnonsuojelu, luonnon monimuotoisuus ja uhanalaiset lajit
Tulvat, myrskyt, kuivuus ja metsäpalot
Ilman, veden ja maaperän saastuminen
Kierrätys, jätteet ja kiertotalous
Uusiutuva energia, tuuli- ja aurinkovoima
Metsät, järvet, joet ja meri
Maatalous, sato ja viljelysmaa
Eläimet, linnut, kalat ja kasvit
Sää, lämpötilat ja vuodenajat
Muovijäte ja pakkaukset
Maantiede, vuoret, saaret ja maisemat
Hiilijalanjälki ja kestävä kulutus
Juomavesi ja luonnonvarat
"""

_POLITICAL_EN = """\
Elections, parties and candidates
The government, ministers and parliament
New laws and regulation
Courts, judgments and justice
War, military and defence
Foreign policy, diplomacy and treaties
Sanctions and international conflicts
The European Union and its decisions
Demonstrations, human rights and democracy
Police, border control and national security
Municipalities and public administration
Authorities supervise and impose fines
Peace talks and ceasefires
Terrorism and attacks
"""

_POLITICAL_FI = """\
Vaalit, puolueet ja ehdokkaat
Hallitus, ministerit ja eduskunta
Uudet lait ja sääntely
Tuomioistuimet, tuomiot ja oikeus
Sota, armeija ja puolustus
Ulkopolitiikka, diplomatia ja sopimukset
Pakotteet ja kansainväliset selkkaukset
Euroopan unioni ja sen päätökset
Mielenosoitukset, ihmisoikeudet ja demokratia
Poliisi, rajavalvonta ja kansallinen turvallisuus
Kunnat ja julkinen hallinto
Viranomaiset valvovat ja määräävät sakkoja
Rauhanneuvottelut ja tulitauot
Terrorismi ja iskut
"""

STEEP_SENTENCES: dict[str, dict[str, tuple[str, ...]]] = {
    "social": {"en": tuple(_SOCIAL_EN.splitlines()), "fi": tuple(_SOCIAL_FI.splitlines())},
    "technological": {"en": tuple(_TECHNOLOGICAL_EN.splitlines()), "fi": tuple(_TECHNOLOGICAL_FI.splitlines())},
    "economic": {"en": tuple(_ECONOMIC_EN.splitlines()), "fi": tuple(_ECONOMIC_FI.splitlines())},
    "environmental": {"en": tuple(_ENVIRONMENTAL_EN.splitlines()), "fi": tuple(_ENVIRONMENTAL_FI.splitlines())},
    "political": {"en": tuple(_POLITICAL_EN.splitlines()), "fi": tuple(_POLITICAL_FI.splitlines())},
}
"""By class, then language."""
