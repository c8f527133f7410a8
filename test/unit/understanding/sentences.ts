/* Sentences that the lists do not hold word for word; the names in them are invented. */

/** Ask us to stop writing. */
export const optOut = sentences(`
  Please remove me from this list | no more messages please | stop contacting me please
  Dont message me again | UNSUBSCRIBE ME | I do not wish to receive further messages
  No quiero que me escriban más | Por favor no me envíen más mensajes | Elimine mi número de su lista
  Deje de escribirme | Bitte löschen Sie meine Nummer | Schreiben Sie mir nicht mehr
  Ich will keine Nachrichten mehr von Ihnen | Je ne souhaite plus être contacté | Arrêtez de me contacter
  retirez-moi de votre liste | Non voglio essere contattata | basta messaggi | toglietemi dalla lista
  Não me mandem mais mensagens | me removam da lista por favor | Haal mij van de lijst
  Ik wil niet meer benaderd worden | Lütfen bana mesaj göndermeyin | Rahatsız etmeyin lütfen
  لا أريد رسائل منكم | وقفوا رسائل لو سمحتم | कृपया मुझे संदेश न भेजें | message mat bhejo please
  berhenti kirim pesan | Jangan ganggu saya | nomor saya tolong dihapus
  Stop. | STOP ALL | Unsubscribe | arret | Please stop messaging me
  Could you stop sending me these messages | I don't want any more messages from you
  take me off this list please | pls remove me from your list | don't text me again
  Do not contact me anymore | remove my number from your system | I want to unsubscribe
  no me escriban más | no me escribas mas por favor | No quiero recibir más mensajes
  dejen de mandarme mensajes | Quiero darme de baja | borren mi número por favor | keine Nachrichten mehr
  Bitte schicken Sie mir keine Nachrichten mehr | Hören Sie auf, mir zu schreiben
  Lassen Sie mich in Ruhe | Ich möchte keine Werbung mehr bekommen | bitte nicht mehr anschreiben
  remova meu número | por favor parem de me mandar mensagens | Não quero mais receber mensagens
  para de me mandar mensagem | me tira dessa lista | ne m'écrivez plus | Arrêtez de m'envoyer des messages
  je ne veux plus recevoir vos messages | Merci de ne plus me contacter | supprimez mon numéro svp
  Non scrivetemi più | smettetela di mandarmi messaggi | non voglio più ricevere messaggi
  cancellate il mio numero | Stuur me geen berichten meer | ik wil geen berichten meer ontvangen
  stop met mij berichten sturen | verwijder mijn nummer aub | Bana bir daha mesaj atmayın
  artık bana yazmayın | mesaj almak istemiyorum | numaramı listenizden silin | لا ترسلوا لي رسائل بعد الآن
  من فضلك لا تراسلني مرة أخرى | أوقفوا الرسائل | احذفوا رقمي من القائمة | مش عايز رسائل تاني
  मुझे मैसेज मत भेजो | कृपया मुझे और मैसेज न भेजें | मेरा नंबर हटा दो | mujhe message mat karo
  Tolong jangan kirim pesan lagi | jangan hubungi saya lagi | hapus nomor saya dari daftar
  saya tidak mau menerima pesan lagi | stop messaging me!!! | STOPPP | BAJA | stop please 🙏 | Abmelden
  afmelden | berhenti | stop sending me stuff | I said stop texting me | leave me alone
`);

/** Sound like an opt-out and are none. */
export const notOptOut = sentences(`
  please cancel my order | cancel my order | can you stop by tomorrow? | when does the sale end
  I want to end my contract | I quit smoking | is the stop near your shop | remove one item from my cart
  quiero cancelar mi pedido | Bitte stornieren Sie meine Bestellung | annuler ma commande
  annulla il mio ordine | batalkan pesanan saya | siparişimi iptal edin | don't forget my order
  I can't stop thinking about that sofa | the bus stop is closed | no messages from the courier yet
  I don't want the red one | no quiero el rojo | não quero o azul | ich möchte keine Schokolade
  delete the second one please | where do I end up | does the trial end soon | end of the month works
  ne pas livrer lundi | stop, wait, how much was it | Can I cancel anytime?
  I have not received any messages about delivery
`);

/** Take an opt-out back, in eleven languages. */
export const optIn = sentences(`
  START | start please | UNSTOP | Subscribe | You can write to me again | please message me again, I changed my mind
  Starten | Sie können mir wieder schreiben | Ich möchte wieder Nachrichten bekommen
  Alta | quiero volver a recibir sus ofertas | Reprendre | vous pouvez m'écrire à nouveau | Inizia | potete scrivermi di nuovo
  Aanmelden | je mag me weer appen | Voltar | quero voltar a receber as novidades | Başlat | tekrar mesaj almak istiyorum
  ابدأ | راسلوني من جديد | शुरू करें | Mulai | boleh chat saya lagi
`);

/** Sound like an opt-in and are none: whoever opted out must say it plainly. */
export const notOptIn = sentences(`
  never ever write to me again
  do not ever contact me again
  don't ever message me again
  no vuelvan a escribirme
  no quiero volver a recibir nada
  no puedes escribirme otra vez
  não voltem a me escrever
  ich will nie wieder Nachrichten bekommen
  nggak mau terima pesan lagi
  لا أريد استلام الرسائل
  when do you start to deliver? | can I start tomorrow | don't write to me again | do not message me again
  hello | how much is the set | no quiero recibir mensajes | ich möchte keine Nachrichten mehr bekommen
  mesaj almak istemiyorum | não quero receber mensagens | start with the blue one
`);

/** Close the matter when we have asked nothing. */
export const closing = sentences(`
  Thanks for everything, have a lovely evening! | Appreciate it man | that’s great, thanks
  Awesome thank you!! | Thanks, talk soon | ok bye | Perfect. Thank you. | thank you 😊 | merci à vous
  merci et bonne soirée | mille mercis | top merci beaucoup | Danke für die Info
  Danke für Ihre Hilfe, schönes Wochenende | Super, vielen Dank! | Besten Dank und viele Grüße
  gracias igualmente | Mil gracias, saludos | muchas gracias por todo, que tenga buen día
  genial, muchas gracias | Grazie mille, gentilissima | Ok perfetto grazie mille | grazie ancora
  Obrigado pela atenção, bom fim de semana | beleza, obrigado | Valeu, abraço!
  super bedankt voor de snelle reactie | Bedankt en fijn weekend | Oké dank u | Çok sağ olun iyi akşamlar
  Teşekkür ederim, kolay gelsin | anladım teşekkürler | شكرا لكم على المساعدة | جزاك الله خير | شكرا حبيبي
  مشكور اخوي | बहुत धन्यवाद सर | ठीक है, शुक्रिया | thank you sir ji | makasih banyak min
  oke siap terima kasih | terima kasih infonya kak | sip makasih | ok, noted. thanks
  Thanks! That answers my question. | great, that is all I wanted to know, thank you
  thanks, all good | Thank you so much! | thanks a lot, bye | ok thanks | Great, thank you
  perfect, thanks | Cheers mate | Thanks for the quick reply | thank you for your help
  ok great thank you bye | bye | See you! | have a nice day | Good night | thx 👍 | ty! | Danke dir
  Vielen Dank für die schnelle Antwort | super, danke | ok danke | danke, alles gut
  Alles klar, danke. Schönen Abend noch | Tschüss | Bis bald | gracias | Muchas gracias por la información
  ok gracias | perfecto, gracias | listo muchas gracias | gracias, todo bien | hasta luego | Merci
  merci beaucoup pour votre aide | ok merci | parfait merci | merci, c'est bon | bonne soirée | à bientôt
  Grazie | grazie mille per l'aiuto | ok grazie | perfetto grazie | grazie, tutto a posto | arrivederci
  a presto | Obrigada | muito obrigado pela ajuda | ok obrigado | valeu | obrigado, tudo certo | até mais
  Bedankt | dank je wel voor je hulp | oke bedankt | top bedankt | bedankt, alles goed | tot ziens
  fijne avond | Teşekkürler | çok teşekkür ederim | tamam teşekkürler | sağ olun
  teşekkürler, her şey tamam | görüşürüz | iyi geceler | شكرا | شكرا جزيلا | تمام شكرا | ممتاز شكرا لك
  شكرا، كل شيء تمام | مع السلامة | الله يعطيك العافية | धन्यवाद | बहुत बहुत धन्यवाद | ठीक है धन्यवाद
  धन्यवाद, सब ठीक है | शुभ रात्रि | thik hai dhanyavaad | Terima kasih | makasih ya kak | oke makasih
  terima kasih, semua baik | sampai jumpa | baik terima kasih banyak | that's all, thank you
  no more questions, thanks | Eso es todo, gracias | das war alles, danke | c'est tout merci
  è tutto, grazie | é só isso, obrigado | dat was alles, bedankt | bu kadar, teşekkürler
  itu saja, terima kasih | 🙏 | thanks again | Thank youuuu | Danke schön! | gracias!! 😊 | merci bcp
  Merci, bonne journée à vous aussi | Obrigada pela atenção | grazie e buona giornata | tnx
  thanks everything is clear now | ok thank you very much for the info | Thanks Maria | danke, Frau Weber
`);

/** Need a reply, whatever we said before. */
export const needsReply = sentences(`
  thanks, what about delivery | thanks but it is too expensive | gracias, pero no me llegó
  danke, wann kommt es | merci, et la livraison | ok thanks, send me the link | thanks, I'll take it
  danke, ich nehme es | gracias, lo quiero | merci je le prends | grazie lo prendo | obrigado, vou querer
  bedankt, ik neem hem | teşekkürler, alıyorum | شكرا، سآخذه | धन्यवाद, मुझे चाहिए | makasih, saya ambil
  thanks, 2 please | thanks, blue please | hello | hi there | price | how much | quanto custa
  wie viel kostet das | combien ça coûte | quanto costa | hoeveel kost dit | ne kadar | بكم هذا
  कितने का है | berapa harganya | I am interested in the apartment | do you have it in red | It broke
  this is a scam | asdf qwer zxcv | ... | ! | ? | I am here | Yes I would like that
  is it still available | thanks still waiting | thanks, not received yet | grazie ma non è arrivato
  obrigado mas não chegou | Hola buenas tardes | Guten Tag, ich interessiere mich für das Angebot
  Bonjour, je cherche un appartement | thank you, can we meet | Thanks, one more thing | and in black
  my order number is 4455 | ok thanks, and the warranty | danke und die Garantie | thanks, call me
  i paid already | thanks, i have paid | yes please | sí por favor | ja bitte | oui svp
  thanks, but I changed my mind | thank you, wrong size | ok send it
`);

/** Promise to come back. */
export const deferral = sentences(`
  I’ll think about it and get back to you | Let me check with my wife and let you know
  I will decide next week | busy now, later | can’t talk right now, will text you later
  Lo consulto con mi esposa y te aviso | Ahora no puedo, más tarde | Tengo que pensarlo
  Muss ich mir noch überlegen | Ich gebe Ihnen morgen Bescheid | Jetzt gerade nicht
  Je dois en parler à ma femme | Je vous dirai demain | Pas maintenant merci
  Devo parlarne con mia moglie | Ti faccio sapere | Preciso falar com minha esposa | Depois eu vejo
  Agora não posso | Ik moet het even met mijn vrouw overleggen | Ik laat het morgen weten
  Biraz düşünmem lazım | Sonra yazarım | بعدين ارد عليك | محتاج افكر | बाद में बात करते हैं
  सोचकर बताऊंगा | nanti saya kabarin ya | Saya diskusi dulu sama istri | pikir2 dulu
  I'll get back to you | let me think about it | I will let you know tomorrow | maybe later
  not now, sorry | I need to talk to my husband first | mañana te digo | lo voy a pensar | déjame pensarlo
  te aviso mañana | luego te escribo | ich überlege es mir | ich melde mich morgen
  muss ich mit meiner Frau besprechen | später | je vais réfléchir | je vous tiens au courant
  je vous recontacte demain | ci penso e ti faccio sapere | le faccio sapere domani | ci devo pensare
  vou pensar | te aviso amanhã | vou falar com meu marido | depois te falo | ik denk er nog even over na
  ik laat het je weten | ik kom er morgen op terug | düşüneyim | size haber veririm
  eşimle konuşmam lazım | yarın dönerim | سأفكر في الأمر | خليني افكر | ارد عليك بكرة | سأخبرك غدا
  सोच कर बताता हूँ | बाद में बताऊंगा | soch ke batata hu | nanti saya kabari | saya pikir dulu ya
  besok saya kabari | later | tomorrow | morgen | mañana | demain | domani | amanhã | yarın | غدا | besok
  Next week | I'm in a meeting right now | still thinking about it | thanks, I'll think about it
  ok, I will let you know | danke, ich melde mich | gracias, lo pienso | merci, je vais réfléchir
  grazie, ci penso | obrigado, vou pensar
`);

/** Mean something only against our own last message. */
export const acknowledgement = sentences(`
  ok | Okay | yes | sure | perfect | 👍 | sí | vale | ja | gut | alles klar | oui | d'accord | ça marche
  sì | va bene | sim | beleza | oké | prima | tamam | evet | تمام | نعم | ठीक है | हाँ | baik | ya | siap
  okkkk | no | nein | got it | sounds good | Sounds good to me | klingt gut | suena bien | parece bom
  ok ok | yes yes | yep 👍 | super | genau | claro que sí | That works | great
`);

/** Complain. */
export const complaint = sentences(`
  This arrived damaged | You sent me the wrong size | I want my money back | nobody is answering me
  The machine stopped working after a day | Llegó roto | Quiero una devolución, está defectuoso
  Das Gerät ist defekt | Ich bin sehr enttäuscht | Le produit est cassé | Je suis très déçue
  È arrivato rotto | Sono molto deluso | Chegou quebrado | Quero meu dinheiro de volta
  Het is kapot aangekomen | Ik ben erg teleurgesteld | Ürün kırık geldi | Paramı geri istiyorum
  وصل المنتج مكسور | خدمة سيئة جدا | सामान टूटा हुआ आया | पैसे वापस करो | Barangnya rusak
  Saya kecewa sekali
`);

/** The sentences of a text, which stand between bars or on lines of their own. */
export function sentences(text: string): readonly string[] {
  return text
    .split(/[|\n]/)
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== '');
}
