"""Pinned lists: names, places, skills, employers. Written by hand; nobody here exists."""

# Lists of given and family names by where such names are common. A person draws one list; nothing
# that happens to them afterwards looks at it.
NAMES: dict[str, tuple[str, str]] = {
    "isles": (
        "Alice Amelia Beth Callum Catrin Connor Daisy Dylan Eleri Fergus Fiona George Gwen Hannah "
        "Iona Jack Kirsty Leah Maeve Niall Oliver Poppy Rhys Rory Seren Thomas Una William",
        "Ashdown Barlow Calder Drummond Fairley Gallagher Hadley Kerr Lockhart Mabon Nairn "
        "Ormerod Pengelly Quayle Rafferty Sedgwick Tregenza Underhill Whitlock Yarwood",
    ),
    "polish": (
        "Agata Bartosz Celina Dawid Elżbieta Filip Grażyna Hubert Iga Jakub Kinga Leszek Magda "
        "Norbert Oliwia Paweł Renata Szymon Urszula Wojciech",
        "Adamczyk Borkowski Czajka Domański Filipek Górski Jabłoński Kaleta Lisowski Malinowski "
        "Nowicki Olszewski Pawlak Rutkowski Sikora Tomaszewski Urban Wrona Zając",
    ),
    "french": (
        "Amandine Bastien Clémence Damien Élodie Florian Gaëlle Hugo Inès Jules Léa Mathieu Nina "
        "Océane Pascal Romane Sylvain Tiphaine Valentin Yann",
        "Aubert Besnard Chauvin Delorme Etienne Fontaine Guillou Hamon Jourdan Kermarrec Lemoine "
        "Marchand Noël Olivier Pasquier Quéré Renaud Salaün Tanguy Vasseur",
    ),
    "west_african": (
        "Abena Adwoa Akua Babatunde Chidi Chinwe Efua Emeka Femi Ifeoma Kofi Kwame Ngozi Nnamdi "
        "Oluwaseun Sade Temi Tunde Yaw Zainab",
        "Adeyemi Agyeman Asante Balogun Boateng Chukwu Danso Eze Frimpong Ibekwe Lawal Nkansah "
        "Obi Okonkwo Oyelaran Quansah Sarpong Tetteh Yeboah",
    ),
    "south_asian": (
        "Aarav Aditi Bilal Deepa Farhan Gita Harpreet Imran Jaya Kavita Lakshmi Manoj Nadia Omar "
        "Priya Rahul Sana Tariq Usha Vikram",
        "Ahmed Bhatt Chaudhry Das Gill Iyer Joshi Kapoor Malik Nair Patel Qureshi Rao Sandhu "
        "Sharma Thakur Verma Yadav Zaman",
    ),
    "arabic": (
        "Amal Bassam Dina Fadi Ghada Hani Iman Jamil Khalil Lina Maher Nour Omar Rania Sami Tala "
        "Walid Yara Yousef Zeina",
        "Abboud Barakat Daoud Faris Ghanem Hourani Issa Jaber Khoury Mansour Najjar Odeh Qasim "
        "Rahhal Sabbagh Tamimi Zaidan",
    ),
    "east_asian": (
        "Bo Chen Fang Hana Hiro Jia Jun Kenji Lan Mei Min Naoko Ping Qiang Rui Sora Tao Wei Yuki",
        "Chan Fujita Guo Han Ito Kang Lau Ma Nakano Ong Park Qian Ren Sato Tan Ueda Wang Xu Yamada "
        "Zhou",
    ),
    "iberian": (
        "Alba Bruno Carla Diego Elena Fernando Gabriela Hugo Irene Joaquim Laura Mateus Noa Olga "
        "Paulo Raquel Sergio Teresa Vasco Ximena",
        "Alves Barros Cabral Domingos Esteves Ferreira Gallego Herrera Iglesias Moreno Navarro "
        "Pacheco Quintana Rocha Salgado Teixeira Vidal",
    ),
    "nordic": (
        "Astrid Bjørn Dagny Einar Freja Gustav Hedda Ingrid Johan Kaja Lars Maja Nils Oda Petter "
        "Ronja Sven Tuva Ulf Ylva",
        "Aas Berglund Dahl Ekström Fjeld Gran Holm Iversen Juhl Kvist Lund Moen Nyberg Olsen "
        "Rasmussen Solberg Thorsen Vik",
    ),
    "turkish": (
        "Ali Ayşe Berk Can Deniz Elif Fatma Gizem Hakan İpek Kerem Leyla Murat Nazlı Onur Selim "
        "Tuğba Umut Zehra",
        "Acar Bulut Çelik Doğan Ekinci Güneş Işık Kaplan Özkan Polat Sezer Şahin Tekin Uçar Yalçın",
    ),
}

# office: (city, country, zone, latitude, longitude, towns around with coordinates)
OFFICES: dict[str, tuple[str, str, str, float, float, list[tuple[str, float, float]]]] = {
    "Bristol": (
        "Bristol",
        "GB",
        "Europe/London",
        51.454,
        -2.588,
        [
            ("Bristol", 51.454, -2.588),
            ("Bath", 51.381, -2.359),
            ("Newport", 51.588, -2.998),
            ("Cardiff", 51.481, -3.179),
            ("Weston-super-Mare", 51.346, -2.977),
            ("Plymouth", 50.375, -4.143),
        ],
    ),
    "Gdańsk": (
        "Gdańsk",
        "PL",
        "Europe/Warsaw",
        54.352,
        18.646,
        [
            ("Gdańsk", 54.352, 18.646),
            ("Gdynia", 54.519, 18.530),
            ("Sopot", 54.442, 18.560),
            ("Elbląg", 54.152, 19.404),
        ],
    ),
    "Nantes": (
        "Nantes",
        "FR",
        "Europe/Paris",
        47.218,
        -1.554,
        [
            ("Nantes", 47.218, -1.554),
            ("Saint-Nazaire", 47.273, -2.214),
            ("Rennes", 48.117, -1.678),
            ("Angers", 47.478, -0.563),
        ],
    ),
    "Kingston": (
        "Kingston",
        "CA",
        "America/Toronto",
        44.231,
        -76.486,
        [
            ("Kingston", 44.231, -76.486),
            ("Belleville", 44.163, -77.383),
            ("Brockville", 44.590, -75.684),
        ],
    ),
    "New York": (
        "New York",
        "US",
        "America/New_York",
        40.713,
        -74.006,
        [
            ("New York", 40.713, -74.006),
            ("Jersey City", 40.728, -74.078),
            ("New Haven", 41.308, -72.928),
        ],
    ),
    "Amman": (
        "Amman",
        "JO",
        "Asia/Amman",
        31.954,
        35.911,
        [("Amman", 31.954, 35.911), ("Zarqa", 32.073, 36.088), ("Irbid", 32.556, 35.850)],
    ),
}
OFFICE_WEIGHTS = {
    "Bristol": 38,
    "Gdańsk": 20,
    "Nantes": 17,
    "Kingston": 10,
    "New York": 9,
    "Amman": 6,
}
LANGUAGE_OF = {"GB": "en", "PL": "pl", "FR": "fr", "CA": "en", "US": "en", "JO": "ar"}

# The first skill of Electrical is handed out by hand (see `known_for_cable_technician`).
SKILLS: dict[str, list[str]] = {
    "Electrical": [
        "HV isolation",
        "Cable jointing",
        "Switchgear",
        "Protection relays",
        "Fault finding",
        "Thermal imaging",
        "PLC programming",
        "Electrical drawings",
        "Earthing",
        "Fibre splicing",
        "LV installation",
        "Generator maintenance",
    ],
    "Mechanical": [
        "Gearboxes",
        "Hydraulics",
        "Bearings",
        "Welding",
        "Torque tensioning",
        "Blade repair",
        "Composite lay-up",
        "CNC machining",
        "Vibration analysis",
        "Pipe fitting",
        "SolidWorks",
    ],
    "Marine operations": [
        "BOSIET",
        "Vessel handling",
        "Mooring",
        "ROV piloting",
        "Lifting plans",
        "Sea survival",
        "Dynamic positioning",
        "Marine coordination",
        "Diving supervision",
        "Tide planning",
    ],
    "Data": [
        "Python",
        "SQL",
        "Time series",
        "Statistics",
        "pandas",
        "Machine learning",
        "Dashboards",
        "Data modelling",
        "Forecasting",
        "R",
    ],
    "Software": [
        "JavaScript",
        "TypeScript",
        "Django",
        "Go",
        "PostgreSQL",
        "Kubernetes",
        "SCADA",
        "Embedded C",
        "Linux",
        "React",
    ],
    "Commercial": [
        "Contract negotiation",
        "Procurement",
        "Bid writing",
        "Stakeholder management",
        "Financial modelling",
        "Permitting",
        "Health and safety",
        "Project planning",
        "Excel",
    ],
}
ALIASES = {
    "js": "JavaScript",
    "java script": "JavaScript",
    "ts": "TypeScript",
    "py": "Python",
    "python3": "Python",
    "postgres": "PostgreSQL",
    "golang": "Go",
    "k8s": "Kubernetes",
    "hv switching": "HV isolation",
    "high voltage isolation": "HV isolation",
    "joint cables": "Cable jointing",
    "cable joints": "Cable jointing",
    "ml": "Machine learning",
    "h&s": "Health and safety",
    "dp": "Dynamic positioning",
    "infrared inspection": "Thermal imaging",
}
AMBIGUOUS = {"go": "Go", "r": "R", "excel": "Excel"}
IMPLIES = {
    "Django": "Python",
    "pandas": "Python",
    "TypeScript": "JavaScript",
    "React": "JavaScript",
}

FAMILY_WEIGHTS = {
    "Electrical": 30,
    "Mechanical": 22,
    "Marine operations": 16,
    "Data": 11,
    "Software": 12,
    "Commercial": 9,
}
TITLES: dict[str, list[str]] = {
    "Electrical": ["Electrician", "Electrical Technician", "Senior Electrician", "Jointer"],
    "Mechanical": ["Mechanical Fitter", "Blade Technician", "Mechanical Engineer", "Welder"],
    "Marine operations": ["Deckhand", "Marine Coordinator", "Vessel Master", "ROV Pilot"],
    "Data": ["Data Analyst", "Data Scientist", "Forecast Analyst"],
    "Software": ["Software Engineer", "Controls Engineer", "Web Developer"],
    "Commercial": ["Buyer", "Bid Manager", "Project Planner", "Permitting Officer"],
}
EMPLOYERS = (
    "Brackwater Power;Harrow & Finch Marine;Silt Lane Engineering;Northmoor Cables;"
    "Estuary Renewables;Pellow Switchgear;Kestrel Subsea;Farrow Data;Millpond Systems;"
    "Quayside Fabrication;Saltmarsh Ports;Tern Island Ferries;"
    "Ravenhill Composites;Upper Weir Hydro;Lantern Bay Shipyard"
).split(";")
SOURCES = {
    "own site": 38,
    "job board": 27,
    "LinkedIn": 12,
    "referral": 11,
    "own database": 6,
    "event": 4,
    "agency": 2,
}
