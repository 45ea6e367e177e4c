// The words of class cards: short, known to a child, plain to type without an accent, and never one letter away from each other.

export const words: readonly string[] = `
abeille abricot accrocher acier acrobate affiche agenda agile agneau agrafe aider aigle aiguille aimant algue alliance
amande ambulance amphore ampoule ananas anchois ancre anorak antenne applaudir applique arbitre arbre arc arcade
ardoise argent armoire armure arroser arrosoir artichaut ascenseur asperge assembler assiette astre atome attacher
attentif attraper aubergine aurore autocar automne autruche avalanche aventure avenue averse avion avocat avoine avril
babouche badminton bain balade balai balayer balcon baleine ballet baluchon bambou banane banc banjo banque banquise
barbe barbecue barrage barrette basket bassin bateau bavard bavarder bavarois bavoir bec beige belette berceau bercer
berlingot bermuda besace beurre biberon biche bidon bigorneau bijou biscuit blague blaireau bleu blouse blouson bobine
bobsleigh bocal boire bois bol bonbon bondir bongo bonhomme bonnet botte bottine bouche bouchon bouclier boue bougeoir
bougie boulanger bouleau bouquet bouquetin bourgeon boussole boutique bouton boutonner bowling bracelet branche bras
brave bretelle bricoler brillant brioche brique brise brochette broder broderie brosse brouette brouillon brugnon
bruine bruit brume buanderie buisson bulldozer bulle bungalow bureau bus cabane cabanon cabas cabillaud cabriole
cacher cactus cadeau cadenas cadran cadre cagette cagoule cahier caillou caissier calamar calcul calme camarade camion
camping canal canard caneton canicule cannelle canot cantine cape capeline capitaine capuche carafe caramel carapace
caravane cardigan caresser cargo caribou carillon carnaval carotte carreau carrefour carrelage carrosse cartable carte
carton cascade castor catamaran cavalier ceinture cendre cercle cerf cerise cerisier cerveau chaine chalet chambre
chamois champ champion chance chandail chanson chanter chapeau chardon charlotte charpente charrette charrue chat
chaton chaud chaudron chausson chemin chemise chenille chercher cheval chevalier cheveu chien chiffon chimie chiot
chocolat chorale chouchou chouette chrono chuchoter cible ciel cigale cigogne cinq cintre cirque ciseaux citerne
citron clair clairon classeur clavier clef client cloche cloison clouer clown cobaye cochon cocotte coffre coiffeur
colibri colle collier colline colombe colonne colorier commode compote compter comptine concert concours confetti
consoler conte content cookie copain copeau coquille coquin corail corbeau corde cornet cornichon corridor corsaire
cosmos costaud costume coton cou coucou coulisse couloir couper coupole courage courir couronne course court couscous
cousin couteau couture cowboy crabe crapaud cravate crevasse crevette cricket crier crin criquet crochet crocodile
croquer crumble cube cueillir cuir cuisine cuivre cupcake curieux cuvette cyclone cygne cymbale daim dame damier danse
dauphin daurade demain dent dentelle dentiste dessin dessiner deux digue dimanche dindon dinosaure dire docteur doigt
domino dompteur donjon donner donut dormir dortoir dos dossier doucement doudou doudoune douze dragon drap drapeau
droit drone dune duvet empiler endive enfant enfiler entonnoir escalader escalier escargot escrime espace facteur
facture faisan falaise fanfare fanion faon farce farceur farine faucon fauteuil fauvette fennec fenouil ferme fermier
ferry festival feu feuille feutre ficelle filament filet fille film financier flamant flamme flan flanelle fleur
fleuriste fleuve flipper flocon foin fondue fontaine football forgeron fort fossile foudre fouet foulard four fourgon
fourmi fraise fraisier franc frein freiner frelon frigo frite froid fromage front fronton frotter fumet gadget galaxie
galet galop galoper gambader gant garage garder gare gaufre gazelle gazon gentil gerbe girafe girouette givre glace
glacier glisser gobelet golf gomme gondole gorille gouffre gourde gourmand gourmette goutte goyave graine grand grange
grappe gratin gravier grenade grenadine grenier griffe grignoter grillade grillon grimper gris grotte guichet guide
guidon guimauve guitare gymnase habile haie hamac hameau hamster hanche handball hangar haricot harpe heure hibou hier
histoire hochet homard horizon horloge hublot huile huit hutte igloo iguane image imaginer immense immeuble indigo
infirmier insecte inventer invite jacinthe jambe janvier jardin jardinier jarre jasmin jaune javelot jeton jeudi
jockey joli jongleur joueur journal joyau joyeux judo juge juillet juin jumeau jumelles jungle jupon kangourou karting
kimono kiosque kiwi klaxon koala lac lacet laine laitue lama lampe lampion lance landau langue lanterne lapin lasagne
lasso laurier lavabo lavande laver lentille lettre levier libellule licorne lierre ligne lilas limace limier limonade
linge lion lisse lit litchi livret livreur loge long losange loto loup loupiote lourd loutre loyal lucarne luciole
lueur lumineux lunaire lundi lunettes lustre lutin lynx macaron madeleine magasin magicien magie magique mai maillot
maison malin malle maman mandarine manette manger mangouste mannequin manoir manteau maraca marais marchand marcher
mardi marelle marmite marmotte marquise marron mars mascotte masque match matelas matelot melon memory menthe menton
menuisier mer mercredi merle mesurer midi mikado mimosa mince minerai minuit minuscule minute miracle miroir mixer
mocassin moineau moisson mollet monnaie monsieur montagne montre morse mot motard moteur motif moucheron mouette
moufle mouflon moulin moulinet mousse moustache moustique moutarde muffin muguet muraille murmurer muscle museau
musicien musique myosotis myrtille nageoire nager nappe narcisse natation navet navette naviguer navire nectarine neuf
nez nid noir noisette nombril nouer nougat nouille nuage oasis octobre odeur offrir ogre oignon oiseau olive olivier
ombre omelette ongle onze oranger orbite oreiller orge orteil ortie otarie ouate ouragan ourlet ours ourson outil
ouvrir ovale pagaie page paille paisible palais palette palmier palourde pancarte panda panier panneau panorama
pansement pantalon pantin papa papaye papillon paquebot parabole parachute parade parapluie parasol parfum parka
parler parquet partage passage passoire pastel pastille patience patiner patinette patte pavage peigne peindre pelle
pelote peluche pendentif pendule pente perceuse perchoir pergola perron perruche perruque persil petit peuplier
pharaon phare phoque photo phrase physique piano picotin pied pierrot pieuvre pigeon pile pinceau pinson pipeau piquet
pirate pirogue piscine pistache pivert pivoine pizza placard planche planeur planter platane plateau plein pleurer
plier plombier plongeoir plongeon plonger pluie plumage plumeau plumier poche pochette podium poignet pointu poireau
poirier poivre poivron polenta pollen pommier pompe pompon ponceuse poncho poney pont ponton portail porter portillon
poser poste potager poterie potiron pouce poulain poulet poulie poumon pousser poussin prairie praline prendre primeur
prince prisme produit propre prune pruneau prunier puits pull puma punaise puzzle pyjama pyramide quai quartier quartz
quatre question quiche quille racine raclette raconter radiateur radio raisin ramer rapide raquette ravin ravioli
rayon rayure rebond rebondir recette refrain refuge regard registre reine remplir repas repasser requin ressort retour
rhino rhubarbe rideau rigolo rime rincer rivet riz robe robinet robot rocher roi rond rondelle ronfler roseau rouge
rouler roulotte routier ruban rubis ruche rue ruelle rugby rugueux ruisseau rumba rythme sachet sacoche saladier
salopette saluer samedi sandale sandwich sanglier sardine satin saule saumon saut sauter sautoir savane savon savourer
saxophone sceptre scie scooter score scorpion seconde secret seigle seize sel semaine semer semoule sentier sept
seringue serpent serre serrure siffler signal silence sirop ski skieur sofa soigner solaire soleil solo sommeil sommet
sonnette sorbet sorcier soucoupe souffler soulier soupe soupir source sourcil sourire souris spaghetti spatule sphinx
spirale sportif square stade station statue steak studio stylo sucette sucre surf surfeur suricate surprise suspendre
table tableau tablette tablier tabouret talent talisman talon tambour tamis tapir tarmac tartine tasse tatou taupe
taureau tempo tenaille tennis terrasse terreau terrier thon ticket tige tilleul timbale timbre timide tirelire tirer
tisane tissu titre toboggan toile toit tomate tomber tombola tonneau tonnelle tonnerre topaze toque torche torchon
tordu torrent tortue toucan toupie tourner tournesol tournoi tournoyer tourte tracer tracteur train tramway travail
treille treize tremplin trente tresse triangle tribu tricot tricoter tricycle trois trombone trompe trompette tronc
trottoir troupeau trousse trouver truffe truite tuba tulipe tunique tunnel turbot tuyau univers usine vacances vache
vague vaisselle valise vallon vanille vapeur vase vautour vedette velours vendange vendredi ventre verdure verger
verglas vert veste vestibule viaduc victoire vide vieux viking village vinaigre vingt violet violette violon virage
virgule vis visite visser vitrail vitrine vivier voguer voilier voisin voiture volant volcan volley volume voyage
voyageur vrille wagon xylophone yaourt yoga zigzag zinc
`
  .trim()
  .split(/\s+/);
