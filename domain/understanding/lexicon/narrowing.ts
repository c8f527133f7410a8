/** What follows an opt-out and may make it one of a time or thing only: "no messages on the card", "not before ten". */
export const narrowing = `before, at night, until, on the, on card, with the details, from the, lens, number plate, from order, plan, filter, the paper, the invoice,
  vor, bis, ohne, auf der, auf dem, auf die, als, heute, überlegen, nachdenken, ansehen, anschauen, nicht länger, nur das,
  antes, hasta, en la tarjeta, en la bolsa, en la taza, en el, de voz, fotos, pensar, si, de la camiseta, de apartamento, la factura, el modelo,
  avant, jusqu'à, sur la, sur le, vocaux, de photos, cinq, cinq minutes, deux minutes, la livraison, des échantillons,
  prima, fino a, sul, sulla, il nome, il cognome, la fattura,
  no cartão, no bolo, na sacola, na caixa, da camiseta, do convite, de cobrar, de quarto, até,
  voor, tot, op de, op het, in voor, van de rode, van de blauwe, nadenken, de trein, het station, tot maandag,
  önce, dersi, diye, pahasına, üzerinde, üstünde,
  قبل, حتى, على, عالكيك, عند, من القميص, الاسم, الصبح,
  subah, raat, se pehle, shirt se, customer, पहले, सुबह,
  sebelum, sampai, malam, yang, pack, dulu, di kartu, di kue`;
