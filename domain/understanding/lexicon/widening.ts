/** What follows a wish for one way, time or thing only, and makes it more than that: "not by phone or here". */
export const widening = `or, nor, again, ever, anymore, any more,
  oder, noch, jemals, wieder,
  o, ni, nunca,
  ou, nem, nunca mais, jamais,
  né, neanche, nemmeno, mai,
  of, ooit,
  veya, ya da, bir daha,
  أو, ولا, مرة اخرى, مجددا,
  या, kabhi, dobara,
  atau, maupun, lagi`;
