/** How one language says that promotions must stop, as a button or a whole message does. */
type Stops = {
  /** Verbs, in front of the thing or behind it. */
  readonly before: string;
  readonly after: string;
  /** What may stand between a verb and the thing behind it. */
  readonly between: string;
  readonly things: string;
};

/**
 * Templates of advertising carry a button for it in their own language: every verb of a language with each of its words
 * for promotions. None is a word that also ends a sale (`end of the offer`) or says what something is for (`para`).
 */
export const promotionStops: readonly Stops[] = [
  {
    before: `stop, cease, halt, end, stop with, stop sending, stop sending me, unsubscribe from`,
    after: ``,
    between: `the, your, all, these, those, all the, all your, all these, any`,
    things: `promotions, promotion, promos, promo, promotional messages, promotional offers, offers, ads, adverts, advertising, advertisements, marketing, marketing messages`,
  },
  {
    before: `stopp, stopp die, stoppt, stoppen sie`,
    after: `stoppen, beenden, abbestellen, abstellen, abmelden, ausschalten`,
    between: `die, alle, eure, ihre, diese`,
    things: `werbung, promotionen, promos, angebote, aktionen, werbenachrichten, werbeaktionen, marketing`,
  },
  {
    before: `detener, detén, deten, detenga, detengan, parar, pare, paren, paren con, paren de mandar, paren de enviar, cancelar, terminar, desactivar, basta de`,
    after: ``,
    between: `las, la, los, sus, todas las, estas`,
    things: `promociones, promos, ofertas, publicidad, anuncios, marketing, mensajes promocionales`,
  },
  {
    before: `arrêter, arrêtez, arrête, arrêter avec, arrêtez avec, stopper, stoppez, stop aux, interrompre, cesser, cessez, désactiver`,
    after: ``,
    between: `les, la, le, vos, toutes les, ces`,
    things: `promotions, promos, offres, publicités, publicité, pubs, pub, annonces, marketing`,
  },
  {
    before: `interrompi, interrompere, interrompete, ferma, fermare, fermate, stoppa, stoppate, disattiva, disattivare, basta, basta con`,
    after: ``,
    between: `le, la, gli, i, queste, tutte le, con le`,
    things: `promozioni, offerte, pubblicità, annunci, marketing, messaggi promozionali`,
  },
  {
    before: `parar, parar com, pare, pare com, parem, parem com, interromper, interrompa, interrompam, cancelar, encerrar, desativar, chega de`,
    after: ``,
    between: `as, a, os, o, suas, essas, todas as`,
    things: `promoções, ofertas, anúncios, propaganda, propagandas, publicidade, marketing, mensagens promocionais`,
  },
  {
    before: `stop, stop met, stoppen met`,
    after: `stoppen, beëindigen, uitzetten, uitschakelen, afmelden`,
    between: `de, alle, jullie, uw, deze`,
    things: `promoties, aanbiedingen, acties, reclame, advertenties, marketing`,
  },
  {
    before: ``,
    after: `durdur, durdurun, durdurunuz, kapat, kapatın, kes, kesin, iptal et, iptal edin, gönderme, göndermeyin, istemiyorum`,
    between: ``,
    things: `promosyonları, promosyonlar, promosyon, reklamları, reklamlar, reklam, kampanyaları, kampanyalar, kampanya mesajları, tanıtımları, tanıtım, pazarlama`,
  },
  {
    before: `stop, stop kirim, setop, hentikan, berhenti, berhenti kirim, berhenti mengirim, matikan, jangan kirim`,
    after: ``,
    between: `semua, pesan`,
    things: `promosi, promo, iklan, penawaran, pemasaran, marketing`,
  },
  {
    before: `إيقاف, أوقف, أوقفوا, وقف, وقفوا, إلغاء, توقف عن, توقفوا عن, كفى, كفاية`,
    after: ``,
    between: `كل, جميع, هذه, إرسال`,
    things: `العروض, العروض الترويجية, عروض, عروض ترويجية, الإعلانات, إعلانات, الدعاية, الترويج, التسويق, الرسائل الترويجية`,
  },
  {
    before: ``,
    after: `बंद करें, बंद करो, बंद कीजिए, बंद कर दो, बंद कर दीजिए, रोकें, रोको, मत भेजो, मत भेजें, band karo, band kare, band karen, band karein, band kar do, roko, mat bhejo, mat bhejna`,
    between: ``,
    things: `प्रमोशन, ऑफर, ऑफ़र, विज्ञापन, प्रचार, मार्केटिंग, promotion, promotions, promo, offer, offers, ads, marketing`,
  },
];
