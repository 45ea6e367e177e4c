// The English words of the information notice in three reading levels, the terms of use, the charter, and their pages.
import type { notices as French } from '../fr/notices.ts';

/** The notice itself. */
const document: (typeof French)['document'] = {
  headings: {
    who: 'Who answers for it',
    why: 'What it is for',
    what: 'What is held',
    source: 'Where it comes from',
    sent: 'What each service receives',
    sees: 'Who may see what',
    long: 'For how long',
    logs: 'What is noted of your sign-ins',
    rights: 'Your rights',
    more: 'To know more',
  },
  kinds: { pupil: 'About pupils', relative: 'About legal representatives', staff: 'About staff' },
  adult: {
    who: {
      1: 'In a state primary school, the academic direction of the national education services (the DASEN) answers for this information.',
      2: 'In a secondary school, the head of the school answers for this information.',
    },
    officer:
      'The local authority and the academy take part, under a written agreement. A data protection officer sees that these rules are kept: how to reach them is given with this notice, and the school tells you.',
    why: 'To open the digital services of the school to you with one account, and to decide who may read what. Nothing serves to assess a person, and no decision about a person is taken by a machine.',
    basis:
      'It is a public task (article 6, paragraph 1, point e of the General Data Protection Regulation), under the French order of 30 November 2006, as amended, on digital workspaces. You are therefore not asked to agree; you may object, as said below. Nobody has to activate their account.',
    what: 'This is all that Préau receives from the directory of the ministry of education and keeps, and nothing else. Postal addresses, telephone numbers, grants, the canteen and transport are never kept.',
    data: {
      number: 'the number by which the ministry’s directory knows you',
      name: 'the family name and the given name',
      birthDate:
        'the date of birth, to check that it is you, to choose the notice for your age, and to know who is of age',
      email: 'the e-mail address in the directory, to send you a code and this notice',
      civility: 'the title (M. or Mme), for the digital resources that are entitled to it',
      school: 'the school',
      classes: 'classes and groups',
      dates: 'the dates of joining and leaving the school, classes and groups',
      family: 'the legal representatives, and of which pupil',
      level:
        'the level of teaching, to give the licences for resources of a level to its pupils, and for the resources that are entitled to know it',
      children: 'the pupils whose legal representative you are',
      functions: 'functions and category of teacher',
      teaching: 'classes, groups and subjects taught, and the class one is main teacher of',
    },
    alsoHeading: 'What comes from the school or from you',
    also: [
      'if you activate your account: your identifier, your password in a form that cannot be read back, the address you confirm, your means of signing in',
      'the school’s decisions about you: replacements, delegations, permissions to read, restrictions, objection, emancipation, school life, secretariat',
      'absences of staff, without any reason, and what becomes of the lessons',
      'your requests about your data, and the answers',
      'when and how this notice was sent or handed to you; never whether you opened it',
    ],
    source:
      'What is in the directory comes from the systems of the ministry (the academy’s AAF directory), which has it from schooling and staff administration. The rest comes from the school, or from you.',
    notGiven:
      'As you did not give it to Préau yourself, this notice is sent or handed to you within a month, whether you activate your account or not, and again each school year.',
    sent: 'Each service receives this list and no more, when you open it or when it asks whether somebody has a right. The identifier it receives is not the one that others receive. Préau sells nothing and sends nothing outside these services.',
    sentNone: 'No service receives anything from Préau yet for this school.',
    sees: 'What is held is read according to each person’s role, never beyond it:',
    seesLogbooks: 'Logbooks',
    seesAbsences: 'Absences of staff, never for families nor for a service',
    seesOthersHeading: 'The rest',
    seesOthers: [
      'Those who run the school and its secretariat prepare activation codes and this notice: they see names, classes and functions.',
      'Whoever operates Préau has no role in any school; what they do is noted.',
      'Nobody in the hierarchy sees your sign-ins, when you last came, or what you open.',
    ],
    long: [
      'As long as you have a place in the school. The data of the account are erased three months at most after the last reason to hold one.',
      'An activation code lasts three months. Who had the right to read a logbook stays known as long as that logbook is kept. Requests about data are kept for as long as the law says.',
    ],
    logsWhat:
      'Préau keeps a trace of your activity: the date of each sign-in and the service opened, failed attempts, acts on rights, and answers given to services about rights. These traces hold no name, no password, and nothing of what you read.',
    logsWhy:
      'They serve security, and to answer the question “who could read this on that day?”. They never serve to assess or watch anybody.',
    logsLong: (given: readonly string[]) =>
      `Traces of sign-ins and security are kept twelve months, those of answers about rights ${given[0]} months.`,
    logsWho:
      'You see your own. Those who operate the service read them for security alone. Nobody else reaches them, but through an incident file: a written motive, bounded dates, the agreement of the data protection officer, and you are told afterwards.',
    rights:
      'You may see what is held about you and have a copy, have it corrected, have it erased where the law allows, have its use limited, and object for reasons of your own or of your child. For a minor, the legal representatives may do so too.',
    rightsHow:
      'Do it online, from your page in Préau, or by a letter to the school, without an account. An association, a union or a lawyer may write for you with a mandate.',
    rightsTime:
      'An answer is due within a month (three at most, if it is complicated, and you are told why). It is about you alone, and gives its reasons.',
    complaint:
      'If the answer does not satisfy you, you may complain to the CNIL, the French data protection authority: www.cnil.fr/fr/plaintes, or CNIL, 3 place de Fontenoy, TSA 80715, 75334 Paris Cedex 07.',
    guide:
      'The CNIL publishes a guide on data protection for secondary schools (in French): its sheet 9 is about digital workspaces, sheet 10 about monitoring the use of computers. It also has pages for pupils and their parents: www.cnil.fr.',
  },
  recipient: {
    heading: (given: readonly string[]) => `“${given[0]}”, for which answers: ${given[1]}`,
    purpose: (given: readonly string[]) => `What for: ${given[0]}`,
    identifier: 'an identifier for this service alone, which says nothing about the person',
  },
  nationalGar: {
    heading: 'The national GAR, for which answers: the ministry in charge of education',
    adult: [
      'What for: to open the digital resources that the school has chosen. The export takes place every night.',
      'your names, your profile, your school',
      'your classes and groups; the level of pupils; the subjects that staff teach',
      'of staff of the second degree and of those who give licences: the address in the directory',
      'an identifier for the GAR alone; nothing about parents, and no date of birth',
    ],
    young: [
      'What for: to open the books and sites that your school has chosen.',
      'your names, your school, your class, your groups and your level',
      'that you are a pupil, and a number for it alone; nothing about your parents, nor your date of birth',
    ],
  },
  asks: {
    rights:
      'it may ask whether somebody has a right on a logbook, who has it and why, under identifiers of its own; to whoever keeps the logbook and to the head, it shows the names of the staff who may read it, and how many families',
    logbooks: 'it may register logbooks, and who keeps them',
    teaching: 'it may register, for the direction of a primary school, who teaches which class',
    circles:
      'it may see the circles of the schools it serves and who accepted to join them, under identifiers of its own',
    own_data: 'it may show you what Préau holds about you at the schools it serves, and who consulted what you keep',
    resource_list:
      'it may ask, for somebody it already knows under an identifier of its own, which digital resources are open to them, to show them in its media centre',
    subscriptions: 'it may record the subscriptions of its distributor; nothing there is about persons',
    usage:
      'it may ask how many licences of its subscriptions are in use at each school: numbers, and never who uses them',
    grants:
      'it may pass on your own requests: to open a logbook, give it up, inspect it, replace somebody, delegate your signature, object',
  },
  young: {
    dataHeading: 'About you, Préau keeps',
    data: {
      number: 'your number in the school’s directory',
      name: 'your names',
      birthDate: 'your date of birth',
      email: 'your e-mail address',
      civility: 'your title',
      school: 'your school',
      classes: 'your class and your groups',
      dates: 'the days when you join and leave them',
      family: 'who the adults in charge of you are',
      level: 'your level (year 6, year 7…)',
      children: 'the pupils you are in charge of',
      functions: 'your job',
      teaching: 'what you teach',
    },
    claims: {
      name: 'your given name and your family name',
      given_name: 'your given name',
      family_name: 'your family name',
      roles: 'that you are a pupil, and where',
      schools: 'the name of your school',
      classes: 'your class',
      groups: 'your groups',
      children: 'when a parent signs in: your given name, your school and your class',
      functions: 'the functions of the adults of the school',
      profiles: 'that you are a pupil, in the ministry’s own word',
    },
    identifier: 'a number for it alone, which says nothing about you',
    asks: {
      resource_list: 'it may ask which digital resources are open to you, to show them to you',
      subscriptions: 'it may say what your school subscribes to; nothing about you',
      usage: 'it may ask how many pupils use its resources, never which ones',
      rights: 'it may ask who has the right to read a logbook, and why; your name is never in the answer',
      logbooks: 'it may say which logbooks there are, and which teachers keep them',
      teaching: 'it may say which teacher teaches which class',
      circles: 'if you chose to join a circle, it may know that you are in it',
      own_data: 'it may show you what Préau knows about you at your school',
      grants: 'it may pass on what adults ask, and what you ask if you are of age and object',
    },
  },
  teen: {
    headings: {
      who: 'Who is responsible for this information',
      why: 'What it is used for',
      what: 'What Préau knows about you',
      source: 'Where it comes from',
      sent: 'What the services you open receive',
      sees: 'Who may see it',
      long: 'How long it stays',
      logs: 'The traces of your sign-ins',
      rights: 'What you may ask for',
    },
    who: {
      1: 'In a primary school, the academic direction (the DASEN) is responsible for it.',
      2: 'In a secondary school, it is the head.',
    },
    why: 'It gives you one account for all the services of your school, and it keeps just anybody from reading what is about you. You are not marked with it, and no machine decides for you.',
    what: 'Only what is in this list. Not your address, not your telephone, not the canteen, nothing about money. If you activate your account, Préau also keeps your identifier, and your password in a form that nobody can read back.',
    source:
      'From your registration at the school: it comes through the ministry’s directory. You did not give it to Préau yourself, which is why you are told, even if you never activate your account.',
    sent: 'Each service receives its own list and no more. They cannot compare what they know about you: each knows you by another number.',
    sentNone: 'No service receives anything yet.',
    sees: 'Your teachers and those who run the school see your name and your class. Your parents see the logbooks of your class, unless you are of age and object. Other pupils see nothing about you.',
    long: 'As long as you are a pupil here. Then your account is erased within three months.',
    logs: (given: readonly string[]) =>
      `Préau notes when you sign in and to which service: it is a trace of what you do. It serves security, and is erased after twelve months (${given[0]} months for answers about rights). You may see your own. Your teachers do not. Somebody reads it only for a serious, written and checked reason, and you are told afterwards.`,
    rights: [
      'You may ask to see what is held about you, to have it corrected, or say no for a reason of your own. Your parents may ask too.',
      'Do it on your page in Préau, or by a letter to your school: it has a month to answer. A data protection officer can help you.',
      'If the answer does not satisfy you, you may write to the CNIL, which defends this right for everyone: www.cnil.fr.',
    ],
  },
  child: {
    headings: {
      who: 'Who takes care of it',
      why: 'What is it for',
      what: 'What Préau knows about you',
      source: 'Who told it',
      sent: 'What it tells the services',
      sees: 'Who may see it',
      long: 'Until when',
      logs: 'What it writes down',
      rights: 'What you can do',
    },
    who: {
      1: 'The people in charge of the schools around you (they are called the DASEN). Your school can explain.',
      2: 'The head of your school.',
    },
    why: 'Préau is like the door of the school on the computer. It opens the door to the right people, and not to others.',
    what: 'Préau knows these things about you, and that is all.',
    source: 'Your school. It is written in the big book of schools, which comes to Préau.',
    sent: 'When you open a service, Préau tells it only what is in its list.',
    sentNone: 'For now, it tells nobody anything.',
    sees: 'Your teacher, the people who run the school, and your parents. Not the other children.',
    long: 'Until you leave the school. Then it is erased within three months.',
    logs: (given: readonly string[]) =>
      `Préau writes down the day and time when you come in, and in which service. It is to protect everyone. It is erased after a year (${given[0]} months for the rest). Nobody reads it to watch you.`,
    rights: [
      'You can ask: what do you know about me? If it is wrong, you can have it corrected. You can also say no.',
      'Ask your parents or your teacher: they write for you. The school answers within a month.',
      'If it is not right, your parents can tell the CNIL. Its job is to defend everyone.',
    ],
  },
};

/** The terms of use: what binds whoever uses Préau, and Préau itself. */
const terms: (typeof French)['terms'] = {
  adult: [
    {
      heading: 'What these terms are',
      text: 'They say what Préau owes you and what it expects of you. They are not the charter of your school, which is a text apart. You have nothing to sign.',
    },
    {
      heading: 'An account belongs to one person',
      text: 'Do not lend it, and do not ask for somebody else’s. Nobody, neither at your school nor where Préau is operated, can know your password or choose it for you.',
    },
    {
      heading: 'Use',
      text: 'You use it for what the services of the school are for. Do not try to enter where you have no right: if something opens that should not, tell the school.',
    },
    {
      heading: 'Nothing obliges you',
      text: 'You may leave your account unopened, and close it when you like. Not using it is not seen and has no consequence: the school owes you the same service by other means.',
    },
    {
      heading: 'What Préau owes you',
      text: 'To say what it holds, why and for how long. To keep each version of these terms, with the date from which it holds. To tell you if your data were exposed and that puts you at risk.',
    },
  ],
  young: [
    {
      heading: 'What this is',
      text: 'These are the rules of Préau, for you and for itself. The charter of your school is another text. You have nothing to sign.',
    },
    {
      heading: 'Your account is yours',
      text: 'Do not lend it, not even to your best friend. Keep your password to yourself. No adult at school needs to know it.',
    },
    {
      heading: 'What you may do',
      text: 'Use it for school. If you see something you should not see, tell an adult: you will not be punished for saying so.',
    },
    {
      heading: 'You do not have to',
      text: 'You may choose not to use it. The school must then give you the same things in another way, such as on paper.',
    },
    {
      heading: 'What Préau promises you',
      text: 'It tells you what it knows about you and until when. If these rules change, the old ones can still be read, with their dates. If somebody steals what it knows about you, you are told too.',
    },
  ],
};

export const notices: typeof French = {
  document,
  terms,
  levels: { adult: 'For adults', teen: 'From 11 to 15', child: 'Under 11' },
  notice: {
    title: 'Information notice',
    heading: 'What is held about you, and why',
    headingYoung: 'What is kept about you, and why',
    general: 'For every school',
    chooseLevel: 'Choose how it is written',
    chooseSchool: 'Choose the school',
    school: 'Code of the school',
    schoolHint: 'It is on the letter you received: seven digits and a letter. The notice then says what holds there.',
    schoolSubmit: 'See its notice',
    schoolUnknown: 'No school has this code here. This is the notice for all of them.',
    own: 'What the school adds',
    officer: 'Data protection officer',
    officerNone: 'How to reach them has not been recorded yet. Ask the school.',
    board: {
      1: (given: readonly string[]) => `The school council speaks of it this year on ${given[0]}.`,
      2: (given: readonly string[]) => `The board of the school speaks of it this year on ${given[0]}.`,
    },
    boardHeading: 'This year, at the board',
    boardNone: 'The date of the board’s meeting about it this year has not been recorded yet.',
    inForce: (given: readonly string[]) => `Version ${given[0]}, in force since ${given[1]}.`,
    past: (given: readonly string[]) => `Version ${given[0]}, in force from ${given[1]} to ${given[2]}.`,
    pastWarning: 'This text is no longer the one that holds today.',
    toPresent: 'See the notice in force',
    history: 'Earlier versions',
    since: (given: readonly string[]) => `Version ${given[0]}, from ${given[1]} to ${given[2]}`,
    told: 'When you were told',
    toldMail: (given: readonly string[]) => `On ${given[0]}, by e-mail (version ${given[1]})`,
    toldLetter: (given: readonly string[]) => `On ${given[0]}, by a letter handed out (version ${given[1]})`,
    toldDue: (given: readonly string[]) => `You will be by ${given[0]} at the latest.`,
    read: 'The services whose notice you have already seen',
    readOn: (given: readonly string[]) => `${given[0]}, on ${given[1]}`,
    also: 'Also to be read',
    toTerms: 'The terms of use',
    toCharter: 'The charter of the school',
    guide: 'The CNIL’s guide for schools (in French)',
  },
  termsPage: {
    title: 'Terms of use',
    heading: 'The terms of use',
    young: 'For pupils',
    toNotice: 'The information notice',
  },
  charter: {
    title: 'Charter',
    heading: 'The charter of the school',
    intro:
      'The charter is proposed by the school. You sign in just the same whether you accept it, refuse it or never read it, and nobody but you sees what you chose.',
    none: 'No charter is recorded for this school.',
    noSchool: 'You have no place in any school at the moment.',
    signedOut: 'Each school has its own: sign in to read that of yours, or ask your school for it.',
    voted: {
      1: (given: readonly string[]) => `Voted by the school council on ${given[0]}.`,
      2: (given: readonly string[]) => `Voted by the board of the school on ${given[0]}.`,
    },
    notVoted: 'Not voted, not binding.',
    since: (given: readonly string[]) => `Text recorded on ${given[0]}.`,
    accepted: (given: readonly string[]) => `You accepted it on ${given[0]}. You alone see this.`,
    accept: 'I accept this charter',
    acceptHint: 'Nothing obliges you to, and nothing changes if you do not.',
    withdraw: 'Withdraw my acceptance',
    done: { accepted: 'Your acceptance is kept for you.', withdrawn: 'Your acceptance is withdrawn.' },
  },
  school: {
    title: 'Telling people',
    heading: 'Telling people',
    intro:
      'Everybody about whom the school holds data must be told within a month, whether they activate their account or not, and again each school year. Préau tells nobody who opened or read anything: told means sent or handed out.',
    reach: 'People told this year',
    category: 'Category',
    people: 'Number',
    share: 'Told',
    categories: {
      pupil: 'Pupils',
      guardian: 'Legal representatives',
      staff: 'Staff',
      all: 'All',
    },
    percent: (given: readonly string[]) => `${given[0]}%`,
    fewTold: 'Fewer than 10',
    almostAll: 'All but fewer than 10',
    noneTold: 'Nobody',
    allTold: 'Everybody',
    tooFew: 'Too few people for a figure',
    lateHeading: 'Late',
    late: (given: readonly string[]) => `${given[0]} people should have been told already.`,
    lateFew: 'Fewer than 10 people should have been told already.',
    lateNone: 'Nobody is waiting past their term.',
    next: (given: readonly string[]) => `The next term is ${given[0]}.`,
    board: 'The board’s meeting',
    boardIntro:
      'Each year the board (or the school council) informs about the digital workspace. Its date is in the notice of the year, which leaves as soon as you have recorded it, and a week before its term in any case.',
    boardDay: 'Date of the meeting',
    boardNone: 'No date is recorded for this year.',
    boardIs: (given: readonly string[]) => `Recorded: ${given[0]}.`,
    boardSubmit: 'Record the date',
    letters: 'Letters to hand out',
    lettersIntro:
      'No e-mail address is known for these people. Print their letters, hand them out, then say so here. The document holds the texts in full: no device is needed to read them.',
    lettersNone: 'No letter is waiting.',
    count: (given: readonly string[]) => (given[0] === '1' ? '1 letter' : `${given[0]} letters`),
    print: 'Print',
    handed: 'They are handed out',
    groups: {
      staff: 'Staff',
      none: 'Without a class',
      apart: 'Apart',
    },
    apart:
      '“Apart”: a decision closes to these adults all that concerns a child here. Nothing is sent to them, and their letters do not go through the class: you decide how to tell them, without revealing anything about the child.',
    opening: 'What must be on record to open',
    openingIntro: 'All the staff of the school see what is missing.',
    convention: 'Reference of the agreement',
    conventionDay: 'Signed on',
    informedDay: 'Board told of the opening on',
    officer: 'How to reach the data protection officer',
    openingSubmit: 'Record',
    own: 'What the school adds to the notice',
    ownLabel: 'The text of the school',
    ownHint:
      'A few sentences, read by everyone, under the common notice. Leave empty to add nothing. An empty line parts two paragraphs.',
    ownSubmit: 'Put in force',
    charter: 'The charter',
    charterLabel: 'The text of the charter',
    charterHint:
      'Your text. Without a vote it is shown as “not voted, not binding”. You will not know who accepts it, and nobody needs it to sign in.',
    charterVoted: 'Voted by the board on',
    charterVotedHint: 'Leave empty if it is not voted.',
    charterSubmit: 'Record the charter',
    toNotice: 'See the notice',
    done: {
      board: 'The date is recorded. The notice of the year leaves with it.',
      handed: 'Noted: these letters are handed out.',
      opening: 'Recorded, and visible to the staff.',
      own: 'The text is in force from now on.',
      charter: 'The charter is recorded.',
    },
    notDone: 'This was not recorded',
  },
  opening: {
    title: 'The opening of the digital workspace',
    heading: 'The opening of the digital workspace',
    intro:
      'A school opens its digital workspace with an agreement, its board told, and a notice. All the staff see what is done and what is missing.',
    convention: 'Agreement',
    conventionIs: (given: readonly string[]) => `${given[0]}, signed on ${given[1]}`,
    informed: 'Board told of the opening',
    board: 'Board’s meeting this year',
    notice: 'Information notice',
    noticeIs: (given: readonly string[]) => `version ${given[0]}, since ${given[1]}`,
    officer: 'Data protection officer',
    charter: 'Charter',
    missing: 'Missing',
    record: 'Record what is missing, or correct it',
    next: 'For what is missing, speak to those who run the school, or to your representatives on its board.',
  },
  letter: {
    title: (given: readonly string[]) => `Information notice, ${given[0]}`,
    to: (given: readonly string[]) => `For ${given[0]}`,
    group: (given: readonly string[]) => `Class: ${given[0]}`,
    opening: (given: readonly string[]) =>
      `${given[0]} holds data about you in Préau, which opens its digital services. You must know, whether you activate an account or not. This is what the notice says.`,
    openingYoung: (given: readonly string[]) =>
      `${given[0]} keeps information about you in Préau, which opens the services of the school on the computer. You have the right to know. This is what to know about it.`,
    online: (given: readonly string[]) => `The same notice, and its versions: ${given[0]}`,
  },
};
