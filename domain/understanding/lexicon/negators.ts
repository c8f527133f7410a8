/** Words that turn a sentence into its opposite, over all languages: beside one of them nothing is allowed. */
export const negators = `no, not, never, don't, dont, do not, can't, cant, cannot, won't, wont, shouldn't, mustn't, stop,
  no, nunca, jamás, jamas, ni, tampoco,
  não, nao, jamais, nem,
  nicht, nie, niemals, kein, keine, keinen, keinerlei,
  ne, pas, plus jamais, arrêtez, arrête,
  non, mai,
  niet, nooit, geen,
  tidak, tdk, tak, jangan, jgn, ga, gak, nggak, ngga, enggak, bukan,
  değil, hayır, asla, istemiyorum,
  لا, لن, ما, مش, مو, لم, ليس, بلاش, عدم,
  मत, नहीं, नही, ना, na, nahi, nahin, nahin, mat, kabhi nahi`;
