// The English words of signing in through a provider of identities.
import type { upstream as french } from '../fr/upstream.ts';

export const upstream: typeof french = {
  heading: 'Another way to sign in',
  title: 'Sign in',
  from: (provider) => `With ${provider}`,
  otherwise: 'Sign in another way',
  left: (provider) =>
    `Your ${provider} session may still be open in this browser: leaving Préau does not end it. On a shared computer, end it too.`,
  leave: (provider) => `Sign out of ${provider}`,
  nobody: {
    heading: 'No account opens here this way',
    told: (provider) => `${provider} did say who you are, but no account of our schools can be opened like this.`,
    steps: [
      'If you have an identifier and a password for this service, use them.',
      'If the school gave you a code, activate your account with it.',
      'If not, ask the school for a code: your record may not have arrived yet, or your account may be on hold.',
    ],
    activate: 'I have a code: activate my account',
  },
  choose: {
    heading: 'Which account do you want to open?',
    intro: (provider) => `${provider} knows you under several accounts or records. Choose which to open.`,
    one: (identifier) => `Open the account ${identifier}`,
    fresh: (name) => `See what would open for ${name}`,
    join: 'To have one account only, join them afterwards in “My children”: it takes the password of each.',
  },
  open: {
    heading: 'Open your account?',
    intro: (name) => `You have no account yet. This is what would be opened, for ${name}:`,
    at: (schools) => `An account (${schools}).`,
    join: (schools) =>
      `Your other record (${schools}) would be joined to this account. You can separate it again at any time.`,
    without: (provider) => `You will come in with ${provider}, without a password to remember.`,
    nothing: 'Nothing opens without you: without this button, your record stays a record.',
    privacy: 'What Préau keeps, and your rights',
    submit: 'Open my account',
    later: 'Not now',
  },
  joined: {
    heading: 'Your records are joined',
    intro: (provider) =>
      `${provider} knows you under several records that came from our schools. Here they are, joined to your account:`,
    record: ([name, schools]) => `Record in the name of ${name}, ${schools}`,
    undo: 'Is this not you, or do you want them apart? Separate them in “My children” whenever you like: they will stay so.',
    go: 'Go on',
  },
  again: {
    title: 'Verification',
    heading: 'Show that it is you',
    intro: (providers) =>
      `This page is about the security of your account, which has no password: it opens within ten minutes of signing in${providers === '' ? '' : ` with ${providers}`}. Sign out, sign in again, then come back here.`,
    leave: 'Sign out',
  },
  prove: 'The first step is done. It remains to confirm with your second factor.',
  account: {
    firstIntro: 'This account has none. With one, your identifier will do to come in as well:',
    by: (provider) => `You can sign in with ${provider}.`,
    none: 'This account has no password.',
    choose: 'Choose a password',
    chooseAnswer: 'So that you can come in with your identifier as well.',
    others: (provider) =>
      `${provider} knows you under another account here too. To have one only, join them: it takes the password of each.`,
  },
};
