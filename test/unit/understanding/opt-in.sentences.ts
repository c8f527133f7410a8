import { sentences } from './sentences';

/** Take an opt-out back, by language. What only sounds like it are the opt-outs themselves, and what is listed here. */
export const OPT_IN_TABLE: Readonly<
  Record<string, { readonly resume: readonly string[]; readonly not: readonly string[] }>
> = {
  en: {
    resume:
      sentences(`start | START please | unstop | resubscribe | subscribe me | opt in | opt me back in please
      you can write to me again | please message me again | you may contact me again | text me again please
      I want to receive messages again | I want to hear from you again | sign me up again`),
    not: sentences(`when do you start | start with the blue one | you cannot write to me again | how do I subscribe my brother
      can I start tomorrow | hello | don't sign me up again`),
  },
  de: {
    resume: sentences(`Start | starten bitte | wieder anmelden | fortsetzen | Sie können mir wieder schreiben
      Sie koennen mir wieder schreiben | ihr dürft mir wieder schreiben | schreibt mir wieder | meldet mich wieder an
      ich möchte wieder Nachrichten bekommen | ich will wieder Nachrichten erhalten`),
    not: sentences(`wann starten Sie | ich will nie wieder Nachrichten | Sie dürfen mir nicht wieder schreiben | der Start ist morgen
      ich möchte keine Nachrichten`),
  },
  es: {
    resume:
      sentences(`alta | iniciar | empezar por favor | suscribirme | reactivar | pueden escribirme de nuevo
      puedes volver a escribirme | vuelvan a escribirme | quiero volver a recibir mensajes | quiero recibir sus mensajes
      denme de alta | quiero suscribirme de nuevo`),
    not: sentences(`no pueden volver a escribirme | no vuelvan a escribirme | ¿cuándo pueden iniciar? | no quiero recibir mensajes
      la calidad es alta`),
  },
  fr: {
    resume:
      sentences(`commencer | reprendre svp | m'abonner | me réabonner | réactiver | vous pouvez m'écrire à nouveau
      vous pouvez me recontacter | écrivez-moi à nouveau | recontactez-moi | je souhaite à nouveau recevoir vos messages
      réabonnez-moi`),
    not: sentences(`vous ne pouvez pas m'écrire à nouveau | quand commencer ? | ne me recontactez jamais
      je ne veux pas commencer`),
  },
  it: {
    resume:
      sentences(`inizia | riprendi per favore | iscrivimi | riattiva | potete scrivermi di nuovo | può scrivermi di nuovo
      scrivetemi di nuovo | voglio ricevere di nuovo i messaggi | iscrivetemi di nuovo`),
    not: sentences(
      `non potete scrivermi di nuovo | non scrivetemi di nuovo | quando inizia il corso | non iscrivetemi di nuovo`,
    ),
  },
  pt: {
    resume:
      sentences(`iniciar | voltar por favor | me inscrever | reativar | podem me escrever de novo | pode voltar a escrever
      voltem a me escrever | quero voltar a receber | quero receber mensagens | me inscreva de novo`),
    not: sentences(
      `não podem me escrever de novo | não voltem a me escrever | quando começar | nao quero receber mensagens`,
    ),
  },
  nl: {
    resume:
      sentences(`start | aanmelden aub | hervatten | je mag me weer schrijven | jullie mogen me weer appen
      schrijf me weer | stuur me weer berichten | ik wil weer berichten ontvangen | meld me weer aan`),
    not: sentences(
      `je mag me niet weer schrijven | wanneer starten jullie | stuur me nooit weer berichten | de start is morgen`,
    ),
  },
  tr: {
    resume:
      sentences(`başlat | basla lütfen | abone ol | yeniden başlat | tekrar yazabilirsiniz | bana tekrar yazabilirsiniz
      yeniden mesaj almak istiyorum | tekrar mesaj atabilirsiniz | yeniden abone olmak istiyorum`),
    not: sentences(
      `mesaj almak istemiyorum | tekrar mesaj almak istemiyorum | ne zaman başlar | asla tekrar yazabilirsiniz demedim`,
    ),
  },
  ar: {
    resume: sentences(`ابدأ | اشتراك | استئناف | يمكنكم مراسلتي مجددا | راسلوني من جديد | تقدرون تراسلوني
      أريد استلام الرسائل | اريد الاشتراك من جديد`),
    not: sentences(`لا يمكنكم مراسلتي مجددا | لا أريد استلام الرسائل | متى تبدأ | لا تراسلوني من جديد`),
  },
  hi: {
    resume: sentences(`शुरू करो | चालू करें | shuru karo | chalu karo | आप फिर से मैसेज भेज सकते हैं
      मुझे दोबारा मैसेज भेजो | मैसेज फिर से शुरू करो | phir se message bhejo | dobara message bhejo please`),
    not: sentences(
      `मुझे दोबारा मैसेज मत भेजो | phir se message mat bhejo | कब शुरू होगा | dobara message nahi chahiye`,
    ),
  },
  id: {
    resume:
      sentences(`mulai | mulai lagi | berlangganan | lanjutkan | boleh chat saya lagi | boleh kirim pesan lagi
      silakan hubungi saya lagi | saya mau terima pesan lagi | mau berlangganan lagi`),
    not: sentences(
      `tidak boleh chat saya lagi | kapan mulai | jangan kirim pesan lagi | gak mau terima pesan lagi`,
    ),
  },
};
