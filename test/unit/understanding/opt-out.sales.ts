import { sentences } from './sentences';

/** What buyers write of deliveries, orders, bookings and lists in words that come near an opt-out; none is one. */
export const SALES_TABLE: Readonly<Record<string, readonly string[]>> = {
  en: sentences(`
    Please contact me by phone or email | contact me by email or WhatsApp, both work | I don't want to receive this on Monday
    I do not wish to receive the red one | I don't want to receive your courier before noon | Why did you not contact me again?
    They did not contact me again | Please stop the printing, I found a typo | ok stop the order | please block me a table for two
    Are there no more offers? | please remove me from the waiting list for the sofa | take the blue one off your list
    The couriers never called, they don't contact me | If you don't contact me by Monday I will buy elsewhere
    I don't want to receive anything before Friday | Is that your final price, stop? | do not send me any more photos, I take it
    please end the booking on the 12th | Please don't contact me at work, write here | stop the machine before you open the lid
    The sale ends on Sunday, right? | Could you delete item three from the list | block the price until Friday please
    take me off the rush list, normal delivery is fine
  `),
  de: sentences(`
    Warum melden Sie sich nicht mehr? | Wieso meldet ihr euch nicht mehr? | Wenn Sie sich nicht mehr melden, kaufe ich woanders
    Nummer 3 aus der Liste bitte | Das zweite Modell aus der Liste gefällt mir | Gibt es keine Angebote mehr?
    Ich blockiere diese Woche den Termin | Bitte schicken Sie mir nichts vor Montag | schicken Sie mir keine weiteren Muster
    Ich will nichts mehr von der blauen Farbe | Der Kurier hat sich nicht mehr gemeldet | Um acht ist bei mir Schluss
    Ich muss bis sieben arbeiten, dann ist Feierabend, Schluss | Bitte liefern Sie nicht mehr am Samstag
    Bitte unterlassen Sie die Lieferung am Samstag | Können Sie die Größe M blockieren? | Ende des Monats passt
    Ich kann die Datei nicht mehr senden | Warum kontaktieren Sie mich nicht mehr? | Kann ich das Abo kündigen?
  `),
  es: sentences(`
    Si llevo dos, ¿baja? | Con 100 euros, ¿basta? | Un jarrón delgado, alto | Todavía no me contactan | aún no me escriben
    Sácame de una duda: ¿hay talla M? | sáqueme de dudas por favor | Bloquéame la fecha del 12 | Bloquéenme la talla M
    No quiero recibir la caja el lunes | Todavía no me mandan nada | no me envían mensajes de seguimiento
    Sácame de la lista de espera | No me envíen nada hasta el lunes | ya no me escriben los repartidores
    Mi piso es pequeño, planta primera, baja | Es un regalo, para | no me manden más de dos | quiero darle de baja al pedido viejo
    Para salir el lunes, ¿cuánto es? | Tres sillas y una mesa, basta | ¿puedo cancelar la reserva? | no me escribieron del banco
  `),
  fr: sentences(`
    Merci d'arrêter ma commande | Bloquez-moi la date du 12 | Bloque-moi la taille M | Je vous bloque le créneau de lundi
    Je ne veux plus recevoir la table | Retirez-moi de la liste d'attente | Ne m'envoyez rien avant lundi
    Ne m'envoyez plus le bleu, je prends le rouge | Pouvez-vous bloquer le prix ? | Est-ce que la promo prend fin dimanche ?
    Merci d'arrêter la production, il y a une faute | Supprimez la deuxième ligne | Vous ne m'avez plus contacté
    Pourquoi vous ne me contactez plus ? | Je descends à cet arrêt | Il ne reste plus de table ? | Je peux résilier quand je veux ?
    Le livreur ne m'a plus écrit | Retirez-moi de la commande le tapis
  `),
  it: sentences(`
    Per quattro persone, basta? | Due rosse e una blu, basta. | Bloccami la taglia M | Bella, la blocco! | Bloccatemi questa borsa
    La blocco per sabato | Toglimi dall'ordine il rosso | Toglimi dalla lista d'attesa | Non mandatemi il rosso
    Non voglio ricevere la merce lunedì | Non voglio ricevere una taglia sbagliata | Toglimi dal preventivo la consegna
    Non inviatemi fattura cartacea | Quando finisce la promozione? | Potete cancellare la prenotazione? | Basta una taglia M
    Perché non mi contattate più? | Ricevo la lista dei prezzi? | Il corriere non mi ha più contattato | Ferma in via Roma, basta quella
  `),
  pt: sentences(`
    Moro em Campinas, chega? | Me tira dessa dúvida: tem tamanho M? | Me bloqueia a data do dia 12 | me bloqueie o tamanho M
    Não quero receber a mesa na segunda | Não quero receber um produto usado | Me tirem da lista de espera
    Quero sair da lista de espera | Não enviem mais o azul | Não me mande mais de dois | Duas vermelhas e uma azul, chega
    É um presente, para | O apartamento é no térreo, pode sair | Dá para cancelar a reserva? | Quando a promoção chega ao fim?
    Ainda não me contataram | Um vaso alto, pare | Remova a segunda linha da lista | Para receber até sexta, dá?
  `),
  nl: sentences(`
    Nummer 3 van de lijst graag | Ik heb het pakket niet meer ontvangen | Ik krijg geen contact meer met de bezorger
    Kunt u blokkeren tot vrijdag? | Kun je blokkeren voor de 12e? | De blauwe niet meer sturen aub | Ik wil geen rode ontvangen
    Wis mijn bestelling van gisteren | Ik wil het pakket niet meer ontvangen | Geen reclame op de tas graag
    Ik kan niet meer appen naar dat nummer | Waarom nemen jullie geen contact meer op? | Stop met deze bestelling aub
    Het derde model van de lijst vind ik mooi | Kan ik het abonnement opzeggen? | Einde van de maand is goed
    Ik heb geen contact meer gehad met de chauffeur | Haal me uit de droom: is het nog op voorraad?
    Kunnen jullie de levering stoppen | Waar is de halte, stop?
  `),
  tr: sentences(`
    Kırmızı olanı listeden çıkarın | Artık mesaj gelmiyor, siparişim nerede | Mavi olanı listeden silin lütfen
    Üzerine isim istemem, yazma | Kupanın üstüne lütfen yazmayın | Artık mesaj göremiyorum | Teslimatı durdurun lütfen, adres yanlış
    12 Mayıs tarihini bloke edin | Rezervasyonu iptal edebilir miyim? | Kampanya ne zaman bitiyor | Bana hâlâ mesaj atmadınız
    Siparişi pazartesi göndermeyin | Faturayı mesaj ile gönderin | Çıkış tarihi ne zaman | Neden bana mesaj atmıyorsunuz
    İkinci ürünü listemden çıkarın | Baskıyı durdurun, yazım hatası var
  `),
  ar: sentences(`
    اللون غلط، لا ترسل | الطلب لسه متبعتش | الطلب متبعتليش | لا ترسل لي الفستان | لا ترسلوا لي القميص اليوم
    لا أريد استقبال الطلب اليوم | اذا ما ترسلون الطلب بلغيه | متى ينتهي العرض | احجز لي موعد يوم الاثنين
    وقف الشحن لحد ما أأكد | لسه متبعتوش الطلب | ما وصلني الطلب | احذف القطعة الثالثة من القائمة | ألغوا الحجز
    لسه ما تبعتوا الطلب | ليش ما ترسلون الفاتورة | أوقف الطباعة فيه غلطة | la tab3at el talab el yom | la tursil al ahmar
  `),
  hi: sentences(`
    Galat colour hai, mat bhejo | mujhe block C mein 2BHK chahiye | मुझे ब्लॉक C में फ्लैट चाहिए | ye flat mujhe block kar do
    laal wala list se hata do | blue wala mujhe mat bhejna | नीला वाला मुझे मत भेजना | printing stop karo galti hai
    main kal flat block kar dunga | main size M block kar raha hu | order abhi mat bhejo | गलत साइज है, मत भेजो
    booking cancel ho sakti hai | offer kab khatam hoga | दूसरा आइटम लिस्ट से हटा दो | shipping stop karo address galat hai
    prices ki list bhejo | galat address hai, roko | डिलीवरी रोको, पता गलत है | mera number hata do shirt se
  `),
  id: sentences(`
    Jangan mengirim sebelum saya bayar | Saya tidak mau pesan yang itu | jangan kirim sebelum saya pesan
    alamat blok saya C12 | tolong berhenti di depan toko | tidak mau menerima barang rusak | jangan kirim saya yang biru
    jangan kirim lagi yang biru | bank akan blokir kartu saya | kapan stop promo nya | jangan wa malam ya, pagi saja
    jangan hubungi saya sebelum jam 9 | hapus barang kedua dari daftar | bisa batalkan pesanan? | promo berakhir kapan
    jangan mengirim yang merah | tidak ingin menerima barang bekas | kapan pengiriman berhenti | tolong blok tanggal 12
  `),
};

/** Begin like a wish for one way or time only, and then say more: asked about. */
export const WIDER_WISHES = sentences(`
  Do not contact me on my phone again | don't contact me at work or at home | don't contact me by phone or email
  Kontaktieren Sie mich nicht telefonisch oder per Post | Ne me contactez pas par téléphone ou SMS
  Non contattatemi per telefono o mail | No me contacten por teléfono o correo | Não me contatem por telefone ou e-mail
  Contacteer me niet telefonisch of per mail | my order was wrong, please stop | my invoice is wrong, stop
`);

/** Opt-outs that what follows may narrow to a time or thing: asked about. */
export const NARROWED_WISHES = sentences(`
  do not disturb me at night | please don't disturb me before 10 | I don't want any texts on the shirt
  Ich will keine Nachrichten auf der Karte | Lassen Sie mich bitte in Ruhe überlegen | no quiero mensajes en la tarjeta
  no me mande más fotos, ya decidí | Je ne veux plus de messages sur la carte | arrêtez les messages vocaux svp
  Non voglio messaggi sulla torta | non disturbatemi prima delle 10 | Não quero mensagem no cartão | não me escrevam antes das 9
  ik wil geen berichten op de taart | laat me met rust nadenken | لا أريد رسائل على الكرت | jangan chat saya malam
`);
