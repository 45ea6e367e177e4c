// What the telephones of the demo show: the code of the moment of those who need one beside their password.
import type Koa from 'koa';
import { generateSync } from 'otplib';
import { page } from './layout.tsx';

/** The telephone of somebody of the demo. */
export interface Phone {
  readonly name: string;
  readonly is: string;
  /** In base32. */
  readonly secret: string;
}

const PERIOD = 30;

/** GET /telephone: a page that reloaded itself would take the focus away, so it is asked again by hand. */
export function showPhones(phones: readonly Phone[]): Koa.Middleware {
  return (ctx) => {
    const epoch = Math.floor(Date.now() / 1000);
    const left = PERIOD - (epoch % PERIOD);
    ctx.body = phonesPage(phones, { epoch, left });
  };
}

function phonesPage(phones: readonly Phone[], { epoch, left }: { epoch: number; left: number }): string {
  return page({
    title: 'Leur téléphone',
    children: (
      <section class="paper cover">
        <h1>Leur téléphone</h1>
        <p>
          Qui dirige un établissement confirme son mot de passe par un code. Ailleurs, une application le montre sur son
          téléphone&nbsp;; ici, cette page en tient lieu.
        </p>
        <ul class="who">
          {phones.map(({ name, is, secret }) => (
            <li class="paper" key={name}>
              <strong>{name}</strong>
              {is}
              <br />
              <strong class="phone-code">{generateSync({ secret, epoch }).replace(/(...)/, '$1 ')}</strong>
            </li>
          ))}
        </ul>
        <p class="why">
          Ces codes changent dans {left}&nbsp;secondes. Chacun ne sert qu’une fois&nbsp;: pour une seconde connexion,
          attendez le suivant.
        </p>
        <a class="button" href="/telephone">
          Montrer le code du moment
        </a>
      </section>
    ),
  });
}
