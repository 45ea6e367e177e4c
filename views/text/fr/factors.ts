// The French words of the pages about second factors: adding one, proving it, keeping codes of last resort.

export const factors = {
  kinds: { totp: 'Application de codes', passkey: "Clé d'accès" },
  notDone: "Cela n'a pas été fait",
  prove: {
    title: 'Vérification',
    heading: "Montrez que c'est bien vous",
    intro: 'Votre mot de passe est juste. Il reste à le confirmer avec votre second moyen de connexion.',
    introPage: 'Cette page touche à la sécurité de votre compte : confirmez que vous êtes là.',
    refused: "La vérification n'a pas abouti",
    code: 'Code à six chiffres',
    codeHint: 'Celui que montre votre application en ce moment. Il change toutes les trente secondes.',
    submit: 'Vérifier',
    passkey: "Utiliser ma clé d'accès",
    passkeyHint: "Votre appareil vous demandera l'empreinte, le visage ou le code qui le déverrouille.",
    passkeyFailed: "La clé d'accès n'a pas répondu. Recommencez, ou choisissez une autre façon.",
    or: 'ou',
    lost: "Je n'ai pas ce moyen sous la main",
    recovery: 'Un de vos codes de secours',
    recoveryHint: "Vous les avez notés en ajoutant votre second moyen. Chacun ne sert qu'une fois.",
    school: "Un code remis par l'établissement",
    schoolHint:
      "Si vous avez tout perdu, une personne habilitée de l'établissement vérifie qui vous êtes et vous remet un code. Il retire vos seconds moyens, et vous en ajoutez un nouveau aussitôt.",
    password: 'Mot de passe',
    submitPassword: 'Continuer',
    submitRecovery: 'Utiliser ce code de secours',
    submitSchool: 'Utiliser ce code',
  },
  add: {
    title: 'Ajouter un second moyen',
    heading: 'Ajouter un second moyen de connexion',
    required:
      "Votre fonction ouvre beaucoup de dossiers : en plus du mot de passe, il faut un second moyen de vous connecter. C'est à faire une fois, maintenant.",
    asked: 'Le service que vous ouvrez demande un second moyen de connexion, en plus du mot de passe.',
    intro: "Avec un second moyen, un mot de passe volé ne suffit plus à ouvrir votre compte. Choisissez l'un des deux.",
    application: 'Avec une application de codes',
    applicationHow: [
      "Ouvrez une application de codes sur votre téléphone ou votre ordinateur. S'il n'y en a pas, installez-en une : toutes conviennent.",
      'Filmez ce dessin avec elle, ou recopiez la clé.',
      "Écrivez le code à six chiffres qu'elle montre.",
    ],
    picture: 'Dessin à filmer avec votre application de codes ; la clé écrite dessous dit la même chose.',
    secret: 'La clé, à recopier',
    code: 'Code à six chiffres',
    name: 'Un nom pour le reconnaître',
    nameHint: 'Par exemple « Mon téléphone ». Vous pourrez le changer.',
    submit: 'Ajouter cette application',
    passkey: "Avec une clé d'accès",
    passkeyIntro:
      "Une clé d'accès est gardée par votre téléphone, votre ordinateur ou une clé de sécurité. Il n'y a rien à recopier : l'appareil vérifie que c'est vous.",
    passkeyFailed: "La clé d'accès n'a pas été créée. Recommencez, ou choisissez l'application de codes.",
    submitPasskey: "Créer une clé d'accès",
    later: 'Pas maintenant',
  },
  codes: {
    title: 'Codes de secours',
    heading: 'Notez vos codes de secours',
    intro:
      "Si vous perdez votre second moyen, un de ces codes vous ouvrira votre compte. Chacun ne sert qu'une fois. Imprimez-les ou recopiez-les, et gardez-les à l'abri, pas sur le téléphone lui-même.",
    once: 'Ils ne seront plus affichés après cette page.',
    list: 'Vos dix codes de secours',
    kept: 'Je les ai notés, continuer',
    gone: 'Ces codes ne peuvent plus être affichés. Vous pourrez en créer de nouveaux depuis votre page.',
    goOn: 'Continuer',
  },
  list: {
    title: 'Second moyen de connexion',
    heading: 'Mes seconds moyens de connexion',
    required: 'Votre fonction en demande au moins un : le dernier ne se retire pas.',
    optional: "En avoir un protège votre compte, même si quelqu'un trouve votre mot de passe.",
    none: "Vous n'en avez pas pour l'instant.",
    added: (day: string) => `Ajouté le ${day}`,
    used: (day: string) => `servi pour la dernière fois le ${day}`,
    unused: 'pas encore servi',
    rename: 'Renommer',
    name: 'Nouveau nom',
    remove: 'Retirer',
    about: (name: string) => `« ${name} »`,
    add: 'Ajouter un second moyen',
    codes: 'Codes de secours',
    left: (count: number) => {
      if (count === 0) return 'Il ne vous reste aucun code de secours. Créez-en de nouveaux.';
      return count === 1 ? 'Il vous reste un code de secours.' : `Il vous reste ${count} codes de secours.`;
    },
    renew: 'Créer de nouveaux codes',
    renewHint: 'Les anciens ne serviront plus.',
    done: {
      added: 'Votre second moyen de connexion est ajouté.',
      removed: 'Ce moyen de connexion est retiré.',
      renamed: 'Le nom est changé.',
      kept: "Vos codes de secours sont prêts. Gardez-les à l'abri.",
      stopped:
        "C'est arrêté : ce code ne peut plus servir. Changez aussi votre mot de passe, et prévenez votre direction.",
    },
    underWay: {
      heading: 'Un code contre la perte est en cours',
      asked: (day: string, until: string) =>
        `Le ${day}, une personne de votre établissement a demandé un code qui retirerait vos seconds moyens de connexion. Une autre doit encore le contresigner, jusqu'au ${until}.`,
      issued: (day: string, until: string) =>
        `Le ${day}, votre établissement a délivré un code qui retire vos seconds moyens de connexion, une fois votre mot de passe saisi. Il sert jusqu'au ${until}.`,
      stop: 'Je n’ai rien perdu : arrêter',
    },
  },
  school: {
    title: 'Second moyen perdu',
    heading: 'Aider une personne qui a perdu son second moyen',
    intro:
      "Vérifiez d'abord qui est devant vous, comme pour remettre un code d'activation. Le code retire les seconds moyens de cette personne, une fois son mot de passe saisi ; elle en ajoute aussitôt un nouveau. Elle en est avertie par courriel.",
    twoPersons:
      "Pour qui dirige, administre ou inspecte, il faut deux personnes : l'une demande le code, une autre le contresigne et le remet. Et personne ne fait à la fois changer un mot de passe et retirer les seconds moyens.",
    who: 'La personne',
    choose: 'Choisissez une personne',
    nobody: "Personne d'autre que vous n'a de second moyen de connexion dans cet établissement.",
    submit: 'Délivrer un code',
    issued: (name: string) => `Code pour ${name}`,
    until: (moment: string) =>
      `Il sert une seule fois, jusqu'au ${moment}. Il ne sera plus affiché : remettez-le en main propre.`,
    where:
      "À la connexion, après le mot de passe, la personne ouvre « Je n'ai pas ce moyen sous la main » et saisit ce code.",
    asks: 'À contresigner',
    askedBy: (name: string, day: string) => `Demandé par ${name}, le ${day}.`,
    byOperator: "l'exploitant du serveur",
    own: 'Une autre personne habilitée doit le contresigner, ici même : le code lui sera montré.',
    signHint: 'Ne contresignez que si la personne est devant vous. Le code vous sera montré, à vous seulement.',
    sign: 'Contresigner',
    drop: 'Refuser',
    takeBack: 'Retirer la demande',
    about: (name: string) => `pour ${name}`,
    done: {
      asked: 'La demande est enregistrée. Une autre personne habilitée doit la contresigner.',
      dropped: 'La demande est retirée.',
    },
  },
};
