import { sentences } from './sentences';

/** Ask us to stop writing, or only sound like it, by language; none of them is an entry of the lists on purpose. */
type Table = Readonly<Record<string, { readonly stop: readonly string[]; readonly goOn: readonly string[] }>>;

export const OPT_OUT_TABLE: Table = {
  en: {
    stop: sentences(`
      not interested, please stop | s t o p | S.T.O.P | s-t-o-p | stoooppp | stop!! | 🛑 | 🛑🛑🛑 | block me
      I will block you | please block my number | stop it now please | STOP PLEASE STOP | just stop | ok stop now
      enough, stop messaging | do not write me again | dont ever contact me again | don't msg me | dont dm me
      don't whatsapp me anymore | no more msgs | no more of these messages please | stop spamming my phone
      stop with these messages | stop this spam | get lost and stop texting me | unsubscibe | unsuscribe me
      please unsubscribe | can you unsubscribe me? | how do I unsubscribe? | take my name off your list
      take me off your mailing list | delete me from your list | remove me | remove my details from your database
      leave me alone please | go away and leave me alone | I don't want to be contacted | I don't want to receive this
      I did not sign up for this, stop | I never agreed to these messages, remove me from the list
      I want to opt out | opt-out please | please cease contacting me | quit contacting me | never write me again
      stop bothering me | you are harassing me, stop | I no longer want to receive offers | don't send me offers
      don't send me ads | wrong number, stop texting | please do not disturb me again | stp msging me | stop msging me
      do not call or message me | don't contact me by phone or WhatsApp
      Please don't contact me after this | Don't message me at night or ever | Don't text me the offers
      Why do you keep writing? Stop | I don't want to receive your offers | please stop, I am not interested
    `),
    goOn: sentences(`
      please don't contact me by phone, use WhatsApp | can you stop by tomorrow | don't stop | when does the bus stop
      my subscription stopped working | please stop by on Monday | please stop at the back door | dont stop now 🙂
      I couldn't stop laughing | which stop is closest to you? | please stop the delivery until Monday
      don't call me, message me here | don't email me, write here instead | please stop the payment, the card is wrong
      why did you stop messaging me? | you stopped answering | no messages since Friday, is my order lost?
      I don't want to cancel | do not send me the blue one, send the red one | don't send me the invoice yet
      I have no more messages from the courier | remove the second item please | delete my old address and use the new one
      will the offer end soon | is there a stop sign near you | leave it alone, I will fix it | no thanks | not interested
      I am not interested in the red one | block the date for me please | can you block a table for two?
      please don't contact me before 9 | don't text me the code, send it by email | the machine does not stop
    `),
  },
  de: {
    stop: sentences(`
      stopp bitte | S T O P P | Stoppppp | hören Sie auf | hör auf mir zu schreiben | hoeren Sie auf mir zu schreiben
      Hört bitte auf mit den Nachrichten | hör auf damit | Schluss jetzt mit den Nachrichten | nicht interessiert, bitte stoppen
      kein Interesse, bitte keine Nachrichten mehr | bitte nicht mehr schreiben | schreiben Sie mir bitte nicht mehr
      schreib mir nie wieder | schreibt mich nicht mehr an | bitte melden Sie sich nicht mehr | meldet euch nicht mehr bei mir
      kontaktiere mich nicht mehr | bitte kontaktieren Sie mich nie wieder | ich will nicht mehr kontaktiert werden
      ich möchte nicht mehr angeschrieben werden | ich moechte keine Nachrichten mehr | keine Nachrichten mehr senden
      schick mir nichts mehr | schicken Sie mir bitte nichts mehr | senden Sie mir keine Werbung mehr | keine Angebote mehr bitte
      streichen Sie mich von der Liste | nehmt mich aus dem Verteiler | entfernen Sie meine Nummer | Nummer löschen bitte
      loeschen Sie meine Nummer | löschen Sie meine Kontaktdaten | bitte austragen | bitte abmelden | ich möchte mich abmelden
      ich möchte mich austragen | bitte tragt mich aus | blockiert mich | ich blockiere Sie | ich blockier dich jetzt
      lasst mich einfach in Ruhe | lass mich endlich in Frieden | geht mir nicht mehr auf die Nerven | unterlassen Sie weitere Nachrichten
      ich widerrufe meine Einwilligung | belästigen Sie mich nicht mehr | das ist Spam, hört auf | kein Spam mehr bitte
      Kontaktieren Sie mich nicht per Telefon oder WhatsApp | es wäre schön, wenn Sie sich nicht mehr melden
    `),
    goOn: sentences(`
      ich habe keine weiteren Nachrichten bekommen | ich habe noch keine Nachrichten von Ihnen erhalten
      wir haben keine Nachrichten mehr bekommen | warum schreiben Sie mir nicht mehr? | hört ihr auf mit dem Verkauf?
      bitte nicht anrufen, lieber hier schreiben | kontaktieren Sie mich nicht telefonisch, sondern per WhatsApp
      hört bitte nicht auf mit dem tollen Service | wo ist die Haltestelle | der Motor stoppt immer
      bitte stoppen Sie die Lieferung bis Montag | bitte die Bestellung stoppen | keine Werbung im Paket bitte, danke
      schicken Sie mir keine blaue, sondern die rote | ich möchte keine Schokolade | kein Interesse | nein danke
      haben Sie keine Nachricht von mir bekommen? | ich will nichts mehr ändern | meine alte Adresse bitte löschen
      können Sie den Termin blockieren | ich kann nicht aufhören zu lachen | meldet euch nicht vor 9 Uhr bitte
      ich melde mich morgen | bitte melden Sie sich bei mir | schreiben Sie mir nicht so früh bitte
    `),
  },
  es: {
    stop: sentences(`
      para ya | paren por favor | basta ya | b a j a | BAJAAAA | no me interesa, por favor paren | ya basta de mensajes
      no me escriban | no me escribas nunca más | no me vuelvas a escribir | no vuelvan a contactarme | no me contacten más
      no me contacte por favor | no me llamen ni me escriban | no me manden nada | no me mandes más mensajes
      no me envíes nada más | dejen de escribirme | deja de escribirme | deje de mandarme mensajes | dejen de molestar
      dejen de enviarme publicidad | dejá de escribirme | no molesten más | no me molesten | no quiero más mensajes
      no quiero que me contacten | no quiero publicidad | no deseo recibir más información | ya no quiero recibir nada
      quítenme de la lista | sáquenme de su lista | sacame de la lista | elimínenme de su base de datos
      borren mi numero | eliminen mi contacto | darme de baja por favor | denme de baja | quiero darme de baja
      cancelen mi suscripción | me voy a dar de baja | déjenme tranquilo | déjame tranquila | dejame en paz por favor
      bloquéenme | los voy a bloquear | te voy a bloquear | bloqueame | no autorizo que me contacten | esto es spam, paren
      stop por favor | alto a los mensajes
      no me interesa, stop | sácame de tu lista por favor | bloqueen mi número
    `),
    goOn: sentences(`
      no me contactaron todavía | no me han contactado | nadie me contactó | no me escribieron más, ¿qué pasó?
      ¿por qué no me escriben? | ¿por qué dejaron de escribirme? | no me mandaron el pedido | no me enviaron la factura
      no me llamen, escríbanme por aquí | no me contacten por teléfono, mejor por WhatsApp | ¿dónde para el autobús?
      no quiero recibir el pedido el lunes | no quiero recibir el rojo sino el azul | es para ya
      ¿es para mañana? | ¿baja el precio? | para mi esposa | no me interesa | no gracias | quiero cancelar mi pedido
      no dejen de avisarme | no deje de escribirme si hay novedades | basta con uno | con eso basta
      eliminen el segundo artículo | el producto no para de fallar | no me mandes el azul
      ¿me pueden dar de alta? | me bloquearon la tarjeta
    `),
  },
  fr: {
    stop: sentences(`
      arrête | arrêtez | arretez svp | a r r ê t | stop svp | STOOOP | arrêtez de m'écrire | arrête de m'écrire
      arretez de m ecrire | arrêtez de me contacter svp | arrêtez avec vos messages | arrêtez ça tout de suite
      pas intéressé, merci d'arrêter | ça suffit les messages | ne m'écrivez pas | ne m'écrivez plus jamais
      ne m'ecrivez plus | ne me contactez pas | ne me contactez plus jamais | ne m'envoyez rien | ne m'envoyez plus rien
      merci de ne plus m'écrire | merci de ne plus me déranger | ne me dérangez plus | ne plus me contacter svp
      je ne veux plus de vos messages | je ne veux plus être contactée | je ne veux pas de vos pubs | plus de pub svp
      je ne souhaite plus recevoir de messages | je souhaite me désabonner | je veux me désinscrire | désabonnez moi
      désinscrivez-moi de votre liste | retirez mon numéro de votre liste | enlevez-moi de la liste | supprimez mon contact
      effacez mes données | laissez moi tranquille | fous-moi la paix | lâchez-moi | bloquez-moi | je vais vous bloquer
      je te bloque | je vous bloque | cessez de m'importuner | c'est du spam, arrêtez | stop pub | stop aux messages
      je m'oppose à tout contact
      merci d'arrêter de m'écrire | merci d'arrêter vos messages | bloquez mon numéro
    `),
    goOn: sentences(`
      je n'ai pas reçu de messages | je n'ai plus reçu de messages depuis lundi | vous ne m'avez pas contacté
      pourquoi vous ne m'écrivez plus ? | pourquoi ne me contactez-vous plus ? | n'arrêtez pas | où s'arrête le bus
      ne m'appelez pas, écrivez-moi ici | ne me contactez pas par téléphone, plutôt par WhatsApp
      arrêtez la livraison jusqu'à lundi svp | je n'arrête pas d'y penser | la machine s'arrête toute seule
      annuler ma commande | je ne veux plus le rouge | je ne veux plus recevoir le colis lundi | pas intéressé
      non merci | plus de détails svp | plus de photos ? | vous n'avez plus de messages de moi ?
      supprimez le deuxième article | ne m'envoyez pas le bleu | ma carte est bloquée | quel arrêt de bus
    `),
  },
  it: {
    stop: sentences(`
      basta | basta per favore | b a s t a | bastaaaa | stop grazie | smettila | smettetela | la smetta per favore
      smettetela di scrivermi | smettila di mandarmi messaggi | smettete di contattarmi | la smetta di scrivermi
      non interessato, per favore basta | non mi interessa, smettete di scrivere | non scrivetemi | non scrivermi mai più
      non scrivetemi mai più | non mi scrivete più | non contattatemi più | non mi contatti più | non contattarmi
      non mi contattate mai più | non mandatemi niente | non mandatemi più nulla | non mi mandi più messaggi
      non inviatemi altri messaggi | non voglio più messaggi | non voglio essere contattato | non voglio pubblicità
      non desidero ricevere altre offerte | non disturbatemi più | non mi disturbate | non mi disturbi più
      lasciatemi stare | lasciami stare | mi lasci stare | cancellatemi dalla lista | toglimi dalla lista
      toglietemi dai contatti | rimuovete il mio contatto | cancellate i miei dati | elimini il mio numero
      voglio disiscrivermi | disiscrivetemi | bloccatemi | vi blocco | ti blocco | la blocco subito | è spam, basta
      niente più messaggi | niente pubblicità
      Non contattatemi per telefono né qui | bloccami il numero | non mi interessa, stop
    `),
    goOn: sentences(`
      non mi avete contattato | non mi avete più scritto | non mi hanno ancora contattato | nessuno mi ha contattato
      perché non mi scrivete più? | non ho ricevuto messaggi | non chiamatemi, scrivetemi qui
      non contattatemi per telefono, meglio WhatsApp | non smettete | dove si ferma l'autobus | la fermata è vicina?
      basta così grazie | mi basta uno | uno basta | non voglio ricevere il pacco lunedì | annulla il mio ordine
      cancellate il secondo articolo | non mi interessa | no grazie | non mandatemi quello blu | fermate la consegna fino a lunedì
      la carta è bloccata | potete bloccare il prezzo? | non vedo l'ora
    `),
  },
  pt: {
    stop: sentences(`
      pare | parem | p a r e | paraaaa | para de me escrever | pare por favor | parem com isso | chega | chega de mensagens
      não tenho interesse, por favor parem | nao me mande mais nada | não me mandem mais nada | não me mande mensagens
      não me escreva mais | nao me escrevam | não me escrevam nunca mais | não me contate mais | não me contactem
      não entre mais em contato | não entrem mais em contato comigo | não quero mais mensagens | não quero receber mensagens
      não quero ser contatado | não quero propaganda | não quero mais propaganda | não desejo receber ofertas
      pare de me mandar mensagem | parem de me mandar mensagens | pare de me encher | parem de me incomodar
      para de mandar mensagem | deixe de me escrever | deixem-me em paz | me deixa em paz | me deixem em paz
      me tira da lista | me tirem da lista | tire meu nome da lista | remova meu contato | apaguem meu número
      exclua meu numero | quero me descadastrar | me descadastre | quero sair da lista | cancelar inscrição
      vou bloquear vocês | vou te bloquear | me bloqueia | me bloqueiem | isso é spam, parem | sem mais propaganda
      não perturbe mais | stop por favor
    `),
    goOn: sentences(`
      não me contataram ainda | ninguém me contatou | não me mandaram o pedido | não recebi mais mensagens
      por que vocês não me escrevem mais? | por que pararam de me mandar mensagens? | não me liguem, escrevam aqui
      não me contatem por telefone, prefiro WhatsApp | não pare | onde para o ônibus | é para amanhã
      para minha esposa | não quero receber o pedido na segunda | não quero receber o azul | quero cancelar meu pedido
      chega amanhã? | quando chega | o pedido não chega | não tenho interesse | não obrigado
      não me mande o azul | remova o segundo item | a máquina não para | parem a entrega até segunda
      meu cartão foi bloqueado | não deixe de me avisar
    `),
  },
  nl: {
    stop: sentences(`
      stop berichten | stop met berichten | s t o p | stoppp | stop aub | stop ermee | hou op | hou ermee op | houd op aub
      hou op met berichten sturen | niet geïnteresseerd, stop aub | geen interesse, stop met appen | stop met mij appen
      stop met dit gespam | stop die berichten | stuur geen berichten meer | stuur mij niets meer | stuur me niks meer
      app me niet meer | app mij niet | schrijf me niet meer | bericht me niet meer | contacteer me niet meer
      neem geen contact meer op | neem geen contact meer met mij op | ik wil geen contact meer | ik wil geen berichten
      ik wil geen reclame meer | ik wil niks meer ontvangen | ik wil niet meer benaderd worden | ik wil me uitschrijven
      ik wil mij afmelden | schrijf me uit | schrijf mij uit aub | meld me af | meld mij af aub | haal me van de lijst
      haal mijn nummer uit uw bestand | verwijder mijn nummer | verwijder mij uit de lijst | wis mijn gegevens
      laat me met rust | laat mij nou met rust | val me niet lastig | val mij niet meer lastig | blokkeer mij
      ik blokkeer je | ik blokkeer jullie | ik ga u blokkeren | dit is spam, stop | geen spam meer | geen reclame aub
      niet meer appen aub
      geen contact meer | ik wil deze berichten niet meer ontvangen | haal mijn nummer van de lijst
    `),
    goOn: sentences(`
      ik heb geen berichten meer gekregen | ik heb nog geen berichten ontvangen | waarom appen jullie me niet meer?
      bel me niet, app me | contacteer me niet telefonisch, liever via WhatsApp | waar stopt de bus | welke halte
      niet stoppen | stop de levering tot maandag aub | de machine stopt steeds | stuur me geen blauwe maar een rode
      annuleer mijn bestelling | verwijder het tweede artikel | ik wil geen rode | geen interesse | nee bedankt
      ik wil niets meer wijzigen | kun je even langskomen | ik kan niet stoppen met lachen | mijn pas is geblokkeerd
      heb je geen bericht van mij ontvangen? | stuur me geen factuur per post
    `),
  },
  tr: {
    stop: sentences(`
      durdurun | durdur lütfen | d u r d u r | durduruuun | yeter artık yazmayın | yeter mesaj atmayın | stop lütfen
      ilgilenmiyorum, lütfen yazmayın | ilgilenmiyorum mesaj atmayın | bana yazmayın | bana bir daha yazmayın
      bana yazma | artık yazma bana | mesaj atma artık | bir daha mesaj atmayın | bana mesaj yollamayın
      bana mesaj göndermeyin lütfen | mesaj istemiyorum | artık mesaj istemiyorum | mesaj almak istemiyorum artık
      reklam istemiyorum | reklam mesajı istemiyorum | sizden mesaj istemiyorum | beni aramayın yazmayın
      benimle iletişime geçmeyin | bir daha iletişime geçmeyin | iletişim istemiyorum | beni rahat bırakın
      beni rahat bırak artık | rahatsız etmeyin beni | rahatsiz etmeyin | beni rahatsız etme | numaramı silin
      numarami silin lutfen | numaramı listenizden çıkarın | beni listeden çıkarın | listenizden çıkmak istiyorum
      beni silin | kaydımı silin | bilgilerimi silin | aboneliğimi iptal edin | abonelikten çıkmak istiyorum
      sizi engelliyorum | engelleyeceğim sizi | beni engelleyin | spam yapmayın | mesaj atmayı kesin | yazmayı kesin artık
      mesajları durdurun
    `),
    goOn: sentences(`
      bana hala yazmadınız | bana kimse yazmadı | mesaj almadım | mesaj gelmedi | neden bana yazmıyorsunuz?
      neden artık yazmıyorsunuz | aramayın, buradan yazın | telefonla aramayın WhatsApp'tan yazın | otobüs nerede duruyor
      durmayın devam edin | siparişimi iptal edin | kırmızıyı istemiyorum | mavi olanı göndermeyin | ilgilenmiyorum
      hayır teşekkürler | ikinci ürünü silin | teslimatı pazartesiye kadar durdurun | makine duruyor
      kartım bloke oldu | faturayı göndermeyin henüz | adresi değiştirmek istiyorum | mesajınızı aldım
    `),
  },
  ar: {
    stop: sentences(`
      توقف | توقفوا من فضلكم | توقف عن المراسلة | توقفوا عن المراسلة | توقف عن الإرسال | توقفوا عن إرسال الرسائل
      ت و ق ف | توقففف | غير مهتم توقف من فضلك | لست مهتما، لا ترسلوا لي | لا تراسلني | لا تراسلوني مجددا
      لا ترسل لي رسائل | لا ترسلوا لي شيئا | لا ترسلي لي | لا تكتب لي مرة أخرى | لا تتواصل معي | لا تتواصلوا معي أبدا
      لا أريد رسائل | لا اريد رسائلكم | لا أريد أن تراسلوني | لا أريد تواصل | لا أريد إعلانات | ما أبغى رسائل
      ما ابي رسايل | ما بدي رسائل | مش عايز رسايل | مش عاوزة رسائل تاني | متبعتليش تاني | متبعتوليش رسايل
      بطلوا تبعتوا رسايل | كفاية رسايل | خلاص كفاية رسائل | بلاش رسايل | أوقفوا الرسائل | وقف الرسايل | أوقف المراسلة
      إلغاء الاشتراك | ألغوا اشتراكي | أريد إلغاء الاشتراك | احذف رقمي | امسحوا رقمي من عندكم | شيلوا رقمي
      احذفوني من القائمة | أزيلوني من القائمة | لا تزعجوني | لا تزعجني مرة أخرى | اتركوني في حالي | سيبوني في حالي
      بحظرك | سأحظركم | احظرني | هعملكم بلوك | la tursil rasail | la tab3at li | ma tab3atli | wa2ef rasayel
      batal teb3at | mish 3ayez rasayel | ma abi rasayel | la trasilni | khalas kifaya rasayel | tawaqaf
    `),
    goOn: sentences(`
      لم تصلني رسائل | ما وصلتني رسائل | لم تتواصلوا معي بعد | ما حد تواصل معي | لماذا لا تراسلونني؟
      ليش ما ترسلون لي | لا تتصل بي، راسلني هنا | لا تتواصل معي بالهاتف، واتساب أفضل | لا تتوقف | أين يتوقف الباص
      ألغي طلبي | إلغاء الطلب | لا أريد الأحمر | لا ترسل لي الأزرق | غير مهتم | لا شكرا | احذف المنتج الثاني
      أوقفوا التوصيل حتى الاثنين | الجهاز توقف عن العمل | ما أبغى اللون هذا | بطاقتي محظورة | لا تنسى طلبي
    `),
  },
  hi: {
    stop: sentences(`
      बंद करो | बंद कीजिए प्लीज | मैसेज बंद करो | मैसेज मत करो | मुझे मैसेज मत करना | मुझे मैसेज मत कीजिए
      रुचि नहीं है, कृपया मैसेज बंद करें | इंटरेस्ट नहीं है मैसेज मत भेजो | कृपया मुझे संपर्क न करें | मुझसे संपर्क मत करो
      मुझे दोबारा मैसेज मत भेजना | आगे से मैसेज मत भेजना | मुझे कोई मैसेज नहीं चाहिए | और मैसेज नहीं चाहिए
      मेरा नंबर डिलीट करो | मेरा नंबर हटा दीजिए | मेरा नाम लिस्ट से हटाओ | मुझे लिस्ट से हटाओ | अनसब्सक्राइब करो
      मुझे परेशान मत करो | तंग मत करो | मुझे अकेला छोड़ दो | मैं ब्लॉक कर दूंगा | मैं आपको ब्लॉक कर रहा हूं | मुझे ब्लॉक कर दो
      स्पैम बंद करो | स्टॉप | स्टॉप करो | मैसेज भेजना बंद कीजिए
      band karo | band kijiye | message band karo please | msg mat karo | msg mat bhejo | message mat karna
      mujhe message mat karo | mujhe msg mat karna dobara | mujhe contact mat karo | interest nahi hai message mat karo
      mera number hatao | mera no delete karo | number delete kar do | list se hatao mujhe | unsubscribe karo
      pareshan mat karo | tang mat karo yaar | mujhe akela chhod do | block kar dunga | main block kar raha hu
      stop karo | stop kro | message nahi chahiye | koi msg nahi chahiye | aage se message mat bhejna | mat likho mujhe
      spam band karo | message bhejna band karo
    `),
    goOn: sentences(`
      मुझे मैसेज नहीं मिला | कोई मैसेज नहीं आया | आपने मैसेज क्यों नहीं किया | फोन मत करो, यहाँ मैसेज करो
      बंद मत करो | दुकान कब बंद होती है | मेरा ऑर्डर रद्द करो | लाल वाला मत भेजो | नीला वाला नहीं चाहिए
      दूसरा आइटम हटा दो | मशीन बंद हो गई | रुचि नहीं है | नहीं धन्यवाद
      message nahi aaya | mujhe message nahi mila | message kyun nahi kiya | call mat karo message karo
      band mat karo | dukan kab band hoti hai | order cancel karo | laal wala mat bhejo | neela wala nahi chahiye
      card block ho gaya | interest nahi hai | bus kahan rukti hai | delivery somvar tak mat bhejo
    `),
  },
  id: {
    stop: sentences(`
      berhenti | berhenti dong | b e r h e n t i | stop ya | stooop | setop kirim pesan | tolong berhenti | mohon berhenti
      tidak tertarik, tolong berhenti | ga tertarik, jangan chat lagi | jangan kirim pesan lagi | jangan kirim chat lagi
      jangan kirimi saya pesan | jangan kirim apa-apa lagi | jangan wa saya lagi | jangan chat saya | jgn chat lagi
      jgn wa lagi | jgn hubungi saya | jangan hubungi saya lagi | jangan pernah hubungi saya lagi | jangan ganggu saya
      jangan ganggu lagi | jangan spam | stop spam | stop kirim pesan | stop chat saya | berhenti mengirim pesan
      berhenti hubungi saya | berhenti ganggu saya | saya tidak mau dihubungi lagi | saya gak mau dichat lagi
      nggak mau terima pesan lagi | tidak ingin menerima promo | saya tidak mau promo | ga mau iklan | cukup, jangan kirim lagi
      hapus nomor saya | hapus nomer saya dong | tolong hapus kontak saya | hapus saya dari daftar | keluarkan saya dari list
      unsubscribe dong | mau berhenti langganan | saya mau unsubscribe | saya blokir ya | saya blok nomornya
      saya akan blokir anda | blokir saya saja | tinggalkan saya sendiri | biarkan saya sendiri | udah jangan wa
      tidak usah chat lagi | gausah chat lagi | ga usah hubungi saya lagi | gak usah kirim pesan lagi
    `),
    goOn: sentences(`
      saya belum dihubungi | belum ada yang hubungi saya | saya tidak menerima pesan | saya tidak terima pesan apa pun
      kenapa tidak hubungi saya? | kenapa berhenti chat? | jangan telepon, chat saja | jangan hubungi lewat telepon, wa saja
      jangan berhenti | bus berhenti di mana | batalkan pesanan saya | jangan kirim yang biru | jangan kirim hari Senin
      saya tidak mau yang merah | hapus barang kedua | mesinnya berhenti | tidak tertarik | tidak terima kasih
      stok habis? | kartu saya diblokir | hentikan pengiriman sampai Senin | jangan lupa pesanan saya | kirim pesan ke saya ya
      jangan kirim pesanan saya hari ini
    `),
  },
};
