import { understandMessage } from '../../../domain/understanding/message.understand';
import { sentences } from './sentences';
import { WAYS } from './ways-of-writing';

const understand = (text: string, more = {}) =>
  understandMessage({ type: 'text', text, payloadId: null, emoji: null, ourLastMessage: null, ...more });
const isOptOut = (text: string) => understand(text).meaning === 'opt_out';
const isDoubtful = (text: string) => understand(text).evidence.includes('opt_out.ambiguous');

/** Titles of the button that templates of advertising carry, in the language of the template. */
const BUTTONS = sentences(`
  Stop promotions | Stop all promotions | Stop ads | Stop marketing messages | Detener promociones | Detener las promociones
  Cancelar promociones | Parar promoções | Interromper promoções | Parar de enviar promoções | Arrêter les promotions
  Arrêter les offres | Stopper les promos | Werbung beenden | Werbung abbestellen | Promotionen stoppen | Angebote stoppen
  Interrompi promozioni | Interrompi le promozioni | Ferma le offerte | Promoties stoppen | Aanbiedingen stoppen | Stop reclame
  Promosyonları durdur | Kampanyaları durdur | Reklamları kapat | Hentikan promosi | Stop promosi | Berhenti kirim promo
  إيقاف العروض الترويجية | إيقاف العروض | إلغاء الإعلانات | प्रमोशन बंद करें | ऑफर बंद करें | Offers band karo
`);

const WISHES = sentences(`
  you are spamming me stop it | could you please stop with the promotions | please stop sending me your offers
  I don't wish to be contacted again | no further contact please | who gave you my number? do not write again
  ¿Pueden dejar de enviar promociones? | Por favor, basta de ofertas | Könnten Sie bitte mit der Werbung aufhören?
  Hören Sie bitte auf mit den Angeboten | Pourriez-vous arrêter avec les promotions ? | je me désabonne
  merci d'arrêter de m'envoyer vos offres | Potete smettere con le promozioni? | Basta con questa pubblicità, grazie
  Vocês podem parar com as promoções? | não me chame mais | Kunnen jullie stoppen met die aanbiedingen?
  wil je stoppen met berichten sturen | Lütfen bana promosyon göndermeyin | yazmayın artık | aboneliği iptal et
  Tolong berhenti kirim promo ke saya | jangan kirim iklan ke sini | من فضلكم أوقفوا الإعلانات | لا أريد عروض منكم
  please offers bhejna band karo | अब ऑफर भेजना बंद करें
`);

/** Sales speak of promotions, and of their end, all day. */
const SALES = sentences(`
  When does the promotion stop? | Are the offers still on? | I had no further contact from the courier
  no further contact from the courier so far | The pen does not write again | offers please | stop the offer at 10 pieces please
  Please stop with the promotion code, I pay the full price | I don't wish to be contacted by phone, write here
  Can you stop sending the invoices by post? | ¿Cuándo terminan las promociones? | Para promociones | basta con una oferta
  ¿Hay ofertas para mayoristas? | Wann beenden Sie die Aktion? | Wie lange laufen die Angebote? | Werbung gesehen, was kostet das?
  Quand s'arrêtent les promotions ? | plus de promotions svp | Quando terminano le offerte? | Bastano due offerte
  Quando as promoções param? | não me chame mais tarde, me chame agora | não me chame mais de senhora | Para promoções
  Wanneer stoppen de aanbiedingen? | stoppen met betalen in termijnen, kan dat? | Promosyonlar ne zaman bitiyor?
  oraya yazmayın artık, buraya yazın | kapan stop promo nya | promo masih ada? | متى تتوقف العروض؟ | ما هي العروض
  offer kab band hoga | offer band mat karo | ऑफर कब तक है
`);

test.each(BUTTONS)('the button "%s" is an opt-out', (title) => {
  expect(understand(title, { type: 'button', payloadId: 'x1' })).toMatchObject({ meaning: 'opt_out' });
});

test.each([...BUTTONS, ...WISHES])('"%s" is an opt-out, without a doubt', (text) => {
  expect([isOptOut(text), isDoubtful(text)]).toEqual([true, false]);
});

test.each(SALES)('"%s" is none', (text) => {
  expect(isOptOut(text)).toBe(false);
});

test('an end of the subscription that may be that of letters is asked about', () => {
  expect(isDoubtful('je me désabonne de la newsletter')).toBe(true);
});

test('a list row is one by what stands under its title', () => {
  const row = { type: 'interactive', payloadId: 'row-1', description: 'Unsubscribe' };
  expect(understand('More', row).meaning).toBe('opt_out');
  expect(understand('More', { ...row, description: 'All our sets' }).meaning).toBe('needs_reply');
});

test.each(WAYS)('how it is written changes nothing: %s', (_name, write) => {
  const changed = [...BUTTONS, ...WISHES].filter((text) => !isOptOut(write(text)));
  expect([...changed, ...SALES.filter((text) => isOptOut(write(text)))]).toEqual([]);
});
