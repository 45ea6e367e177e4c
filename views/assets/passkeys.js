// Makes and proves passkeys: hands the browser what the page asks, and sends its answer with the form.
// Without this script, or in a browser that knows no passkeys, the form stays hidden and the other ways are there.

(() => {
  if (!window.PublicKeyCredential || !navigator.credentials) return;

  const toBytes = (text) => {
    const plain = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
    return Uint8Array.from(plain, (character) => character.charCodeAt(0));
  };
  const toText = (buffer) => {
    const plain = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join('');
    return btoa(plain).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  };
  const withBytes = (list) => (list ?? []).map((one) => ({ ...one, id: toBytes(one.id) }));

  const make = async (asked) => {
    const user = { ...asked.user, id: toBytes(asked.user.id) };
    const challenge = toBytes(asked.challenge);
    const excludeCredentials = withBytes(asked.excludeCredentials);
    const made = await navigator.credentials.create({ publicKey: { ...asked, user, challenge, excludeCredentials } });
    const { clientDataJSON, attestationObject } = made.response;
    const transports = made.response.getTransports?.() ?? [];
    return answerOf(made, {
      clientDataJSON: toText(clientDataJSON),
      attestationObject: toText(attestationObject),
      transports,
    });
  };

  const prove = async (asked) => {
    const challenge = toBytes(asked.challenge);
    const allowCredentials = withBytes(asked.allowCredentials);
    const proven = await navigator.credentials.get({ publicKey: { ...asked, challenge, allowCredentials } });
    const { clientDataJSON, authenticatorData, signature, userHandle } = proven.response;
    return answerOf(proven, {
      clientDataJSON: toText(clientDataJSON),
      authenticatorData: toText(authenticatorData),
      signature: toText(signature),
      ...(userHandle && { userHandle: toText(userHandle) }),
    });
  };

  const answerOf = ({ id, type }, response) =>
    JSON.stringify({ id, rawId: id, type, response, clientExtensionResults: {} });

  for (const form of document.querySelectorAll('form[data-passkey]')) {
    const act = form.dataset.passkey === 'make' ? make : prove;
    const [button, failed] = [form.querySelector('button'), form.querySelector('.passkey-failed')];
    form.hidden = false;
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      button.disabled = true;
      failed.hidden = true;
      try {
        form.elements.answer.value = await act(JSON.parse(form.dataset.options));
        form.submit();
      } catch {
        // given up, too late, or nothing on this device: the page says so and stays
        button.disabled = false;
        failed.hidden = false;
        failed.focus();
      }
    });
  }
})();
