"""Words that say more about a person than about their work, in English, French and Arabic.

One pattern a line, in its ordinary spelling: case, accents and Arabic vowel signs do not matter.
`*` is the rest of a word, `#` a number, a space any white space; an Arabic word may carry an
article or a preposition. HARMLESS is taken out first: the same words where they mean the work.
"""

HARMLESS = """
health and safety
health & safety
occupational health
health check*
health of the *
job family
product family
famil* of products
family of *
font family
old-age care
age of the *
christian name
sick building
child process*
single-parent class
mother and child connector
foreign key*
white paper
santé et sécurité
santé sécurité
santé au travail
famille de produits
famille de métiers
famille de pièces
famille d'emplois
enceinte de confinement
enceinte sous pression
enceinte fermée
enceinte acoustique
enceinte climatique
âge de la *
âge du *
retraite de la *
الصحة والسلامة
السلامة والصحة
الصحة المهنية
حامل شهادة
حامل لشهادة
حامل رخصة
حامل درجة
حامل الكابلات
عائلة المنتجات
عمر المعدات
العمر الافتراضي
"""

WORDS = {
    "health": """
sick
sickness
ill
illness*
unwell
disease*
health
cancer
diabet*
depressed
depression
anxiety
burnout
burn-out
disab*
handicap*
wheelchair
surgery
hospital*
medication*
medical condition*
medical history
medical leave
medical problem*
therapy
therapist
autis*
adhd
dyslexi*
epilep*
overweight
obes*
smoker
injur*
malade*
maladie*
santé
diabét*
dépressi*
déprimé*
fauteuil roulant
hôpita*
médicament*
arrêt de travail
en situation de handicap
blessure*
مريض
مريضة
مرض
أمراض
سرطان
السكري
اكتئاب
إعاقة
معاق
معاقة
كرسي متحرك
مستشفى
عملية جراحية
صحته
صحتها
الحالة الصحية
""",
    "pregnancy": """
pregnan*
maternity
paternity
parental leave
expecting a baby
expecting a child
expecting her * child
trying for a baby
breastfeed*
ivf
enceinte
grossesse*
congé maternité
congé de maternité
congé parental
congé paternité
allait*
attend un enfant
attend un bébé
حامل
إجازة أمومة
أمومة
ولادة
رضاعة
""",
    "religion": """
religio*
muslim*
islam*
a christian
is christian
practising christian
catholic*
protestant*
jewish
hindu*
sikh*
buddhist*
atheist*
church
mosque
synagogue
prayer*
prays
ramadan
hijab*
headscarf
sabbath
religieu*
musulman*
chrétien*
juif*
juive*
catholique*
mosquée
église
prière*
foulard
voilée
porte le voile
مسلم
مسلمة
مسيحي
مسيحية
يهودي
يهودية
ديانة
متدين
متدينة
صلاة
رمضان
حجاب
محجبة
كنيسة
مسجد
""",
    "age": """
age
ages
aged #
too old
too young
old for
young for
year old
years old
year-old
years-old
elderly
young woman
young man
young lady
youthful
retirement
close to retiring
digital native
over the hill
in his fifties
in her fifties
in his sixties
in her sixties
in his forties
in her forties
born in #
date of birth
âge
âgée
âgés
âgées
trop vieux
trop vieille
trop jeune
jeune femme
jeune homme
jeune maman
il a # ans
elle a # ans
proche de la retraite
à la retraite
كبير السن
كبيرة السن
كبير في السن
كبيرة في السن
صغير السن
صغيرة السن
صغير في السن
صغيرة في السن
عمره
عمرها
العمر
متقاعد
متقاعدة
التقاعد
""",
    "family": """
married
marriage
divorc*
widow*
husband
wife
boyfriend
girlfriend
spouse
fiancé*
single mother
single father
single mum
single mom
single dad
single parent
children
kids
childcare
baby
family
newborn
marié avec
est marié
est mariée
mariée
célibataire*
veuf
veuve
son mari
sa femme
épouse
époux
enfants
famille
bébé*
garde d'enfants
jeune mère
متزوج
متزوجة
أعزب
عزباء
مطلق
مطلقة
أرملة
أطفال
أولاد
زوجته
زوجها
زوجة
عائلة
عائلته
عائلتها
مخطوبة
""",
    "ethnicity": """
ethnic*
race
racial
skin colour
skin color
black man
black woman
black candidate
white man
white woman
asian
african
arab
arabs
gypsy
immigrant*
foreigner*
foreign accent
foreign name
foreign-sounding name
nationality
refugee*
origine ethnique
d'origine maghrébine
d'origine africaine
d'origine arabe
d'origine étrangère
ethni*
couleur de peau
femme noire
homme noir
africain*
asiatique*
immigré*
nationalité
étrangère
réfugié*
عرقه
عرقها
عرقية
أصوله
أصولها
من أصول
جنسيته
جنسيتها
لون بشرته
لون بشرتها
لاجئ
لاجئة
""",
}
