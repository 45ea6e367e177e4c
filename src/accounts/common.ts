// Words that passwords are made of in French schools: not secret whoever adds a year or a digit. Folded: no accents, no capitals.

/** Whole passwords and the words they are built from. */
const passwords = `
motdepasse mot2passe mdp mdpasse monmotdepasse password passe pass passw0rd secret azerty azertyuiop azertyu azer qsdfghjklm qsdfgh wxcvbn
wxcvb azeqsd azeqsdwxc aqwzsx aqwzsxedc qwerty qwertyuiop qwertz asdfgh zxcvbn poiuytreza mlkjhgfdsq nbvcxw abcdef abcd azaz admin
administrateur administrator root test tests essai demo invite guest user utilisateur login identifiant compte connexion bienvenue
welcome bonjour bonsoir salut coucou hello merci svp letmein iloveyou jetaime jtaime jetadore jetm tkt lol mdr ptdr toto titi tata tutu
tintin asterix obelix pikachu pokemon mario zelda sonic naruto luffy onepiece dragonball goku minecraft fortnite roblox brawlstars
valorant callofduty fifa playstation xbox nintendo starwars superman batman spiderman harrypotter doudou nounours chouchou cheri cherie
loulou louloute poupette princesse prince princess reine roi soleil lune etoile amour amoure bisou bisous calin coeur love licorne papillon
dauphin chaton chat chien chienne lapin poussin minou minette minouche cheval poney tigre lion loup panda monkey dragon voiture moto
ferrari porsche peugeot renault citroen football foot rugby tennis basket handball judo danse musique guitare piano vacances plage mer
montagne famille maman papa mamie papi mamy papy frere soeur enfant enfants bebe maison jardin chocolat nutella fraise vanille caramel
cerise banane orange citron pomme fromage camembert pizza couscous internet google youtube facebook instagram snapchat tiktok whatsapp
samsung apple iphone android windows computer ordinateur master shadow baseball trustno1 whatever freedom sunshine charlie
secretsecret nimportequoi jesaispas oublie jaioublie changezmoi changeme changer nouveau nouvelle ancien temporaire provisoire defaut
default vivelavie lavieestbelle labelle lavie viedemerde putain merde connard connasse salope pute encule bordel caca prout zizi
doudoune marseille42 france bleu blanc rouge vert jaune noir rose violet lundi mardi mercredi jeudi vendredi samedi dimanche
janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre printemps ete automne hiver noel paques
`;

/** What school puts at hand. */
const school = `
ecole college lycee maternelle elementaire primaire classe cours cahier cahierdetextes cartable stylo crayon gomme trousse cantine
recre recreation prof profs professeur professeurs prefet maitre maitresse directeur directrice principal principale proviseur
eleve eleves parent parents rentree bulletin notes note devoirs brevet bac baccalaureat sixieme cinquieme quatrieme troisieme seconde
premiere terminale maths mathematiques francais histoire geographie histoiregeo anglais espagnol allemand latin physique chimie svt
techno technologie eps sport artsplastiques education educationnationale rectorat academie pronote educonnect ecoledirecte cned
ent enseignant enseignante vie scolaire viescolaire surveillant surveillante cpe aesh aed secretaire secretariat gestionnaire
preau notredame saintjoseph saintecroix jeannedarc julesferry victorhugo jeanmoulin jeanjaures pasteur
`;

/** Clubs and towns. */
const places = `
psg parissg parissaintgermain allezparis ol om olympique olympiquedemarseille olympiquelyonnais allezlom allezom asse allezlesverts
losc rclens racing fcnantes girondins ogcnice asmonaco stadetoulousain stadefrancais stadebrestois estac fcmetz fclorient
realmadrid real barca barcelone barcelona manchester liverpool chelsea arsenal juventus bayern zidane mbappe messi ronaldo cristiano neymar griezmann
benzema giroud platini dupont alesia equipedefrance allezlesbleus champion champions
paris marseille lyon toulouse nice nantes montpellier strasbourg bordeaux lille rennes reims toulon saintetienne lehavre grenoble dijon
angers villeurbanne nimes clermont clermontferrand aix aixenprovence brest lemans tours amiens limoges annecy perpignan metz besancon
orleans rouen mulhouse caen nancy argenteuil montreuil roubaix tourcoing avignon poitiers versailles creteil pau calais larochelle
bourges cannes antibes beziers bayonne lorient quimper vannes ajaccio bastia belfort troyes chambery saintdenis fortdefrance
pointeapitre cayenne mayotte reunion martinique guadeloupe guyane noumea papeete corse bretagne normandie alsace lorraine provence
auvergne picardie champagne bourgogne savoie vendee paysbasque algerie maroc tunisie portugal italie espagne turquie senegal
`;

/** First names, of adults and of children. */
const names = `
marie jeanne francoise monique catherine nathalie isabelle sylvie jacqueline anne martine christine christiane nicole valerie
sandrine stephanie veronique sophie celine chantal patricia annie brigitte julie aurelie laurence virginie caroline emilie
corinne audrey karine delphine helene florence laetitia elodie melanie camille sarah laura pauline marion charlotte mathilde lucie
manon chloe lea emma oceane clara ines louise jade alice lina rose anna mila ambre julia lou zoe agathe juliette eva romane
nina lola margaux ninon lilou maelys noemie anais justine morgane fatima yasmine nour aya salome elsa capucine victoria
jean pierre michel andre philippe alain bernard jacques daniel patrick christophe nicolas christian frederic laurent stephane
david olivier pascal thierry eric gerard julien sebastien alexandre thomas bruno jerome guillaume didier francois vincent
serge dominique claude gilles benoit fabrice antoine maxime kevin romain anthony quentin florian clement valentin adrien alexis
hugo lucas theo nathan enzo mathis louis jules gabriel raphael arthur leo ethan noah adam paul tom sacha timeo axel rayan
mohamed mehdi karim ali ibrahim yanis ilyes amine malo maelys gaston oscar marius victor simon martin baptiste robin bastien
loic yann erwan ronan gwenael corentin tristan dylan jordan steven brandon jonathan jeremy damien fabien ludovic cedric arnaud
mathieu matthieu xavier yves denis marc luc bertrand emmanuel gregory franck johan aurelien benjamin samuel
`;

/** Every one of them, folded, three letters or more. */
export const commonWords: ReadonlySet<string> = new Set(
  [passwords, school, places, names].flatMap((list) => list.split(/\s+/)).filter((word) => word.length >= 3),
);

/** Rows of the French and of the English keyboard, and the two obvious orders: what fingers run along. */
export const runs: readonly string[] = [
  'azertyuiop',
  'qsdfghjklm',
  'wxcvbn',
  'qwertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  '&é"\'(-è_çà)=',
  'abcdefghijklmnopqrstuvwxyz',
  '01234567890',
];

/** Pairs of letters that French words are full of. */
export const bigrams: ReadonlySet<string> = new Set(
  `es le de en re nt on er te el an se et la ai it me ou em ie ne ra us ti ur is tr co ss ce ll io eu un ar in pa qu st na ma
  li or ch so ta il pr au ro ui si nd ns at sa al iv po ri ec pe mi ve as he ge di da du tu to vi ir av ev om pl bl
  gr br cr dr fr vr ac ic ag ig oi no mo lo do bo ca ha ba va fa ga ja ju lu su nu mu bu pu ru id ed ad am im ap op up`.split(
    /\s+/,
  ),
);
