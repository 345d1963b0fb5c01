/** Words of a language, the most frequent first. */
export type Vocabulary = readonly string[];

/** How often a word comes falls with its rank, as in a language: half of all words are the first hundred. */
const vocabularySize = 30_000;

const portuguese = `de a o que e do da em um para é com não uma os no se na por mais as dos como mas foi ao ele das tem à
seu sua ou ser quando muito há nos já está eu também só pelo pela até isso ela entre era depois sem mesmo aos ter seus
quem nas me esse eles estão você tinha foram essa num nem suas meu às minha têm numa pelos elas havia seja qual será nós
tenho lhe deles essas esses pelas este fosse dele servidor mensagem conversa modelo resposta pergunta casa tempo vida dia
homem mulher mundo cidade água música canção coração história palavra livro escola trabalho governo país número parte
forma lugar caso ponto problema exemplo sistema língua texto código função arquivo rede protocolo cliente memória dados
tabela índice consulta erro linha página chave valor versão teste projeto equipe viagem receita limão café açúcar pão
jardim árvore rio praia montanha noite manhã verão inverno família amigo irmão filho mãe pai avó vizinho rua porta janela
mesa cadeira cor azul verde vermelho branco preto grande pequeno novo velho bom mau feliz triste rápido lento escrever ler
falar ouvir andar correr comer beber dormir pensar saber querer poder fazer dizer ver dar ficar passar deixar encontrar`;
const english = `the of and to a in is that it for was on are as with his they at be this from have or by one had not but
what all were when we there can an your which their said if do will each about how up out them then she many some so these
would other into has more her two like him see time could no make than first been its who now people my made over did down
only way find use may water long little very after words called just where most know get through back much before go good
new write our used me man too any day same right look think also around another came come work three word must because does
part even place well such here take why things help put years different away again off went old number server message
conversation model answer question house life world city music song heart history book school government country form case
point problem example system language text code function file network protocol client memory data table index query error
line page key value version test project team journey recipe lemon coffee sugar bread garden tree river beach mountain night
morning summer winter family friend brother child mother father neighbour street door window chair colour blue green red
white black great small young happy sad quick slow reading listening walking running eating drinking sleeping thinking`;
const syllables = {
  pt: "ba ca da fa ga la ma na pa ra sa ta va be ce de fe le me ne pe re se te bi di fi li mi ni pi ri si ti bo co do fo lo mo no po ro so to bu cu du lu mu nu ru su tu lha nho chu gue qui".split(
    " ",
  ),
  en: "ba con de ex for gra hol in jum ken lan mar nor op par qua ran sto ter un ver wan yel zen bro cle dri fen gol hap kin lum mon nes pol ric sal ton vin wes ack end ish old ump ight ound ead ost".split(
    " ",
  ),
};
const endings = {
  pt: "a o as os ar ando ado ção ções mente dade es al ais eiro ável íssimo inho".split(" "),
  en: "s ed ing er ly ness ment tion able ful less y ism ist al ous ity ship".split(" "),
};

/** Numbers from 0 up to 1, the same ones for the same seed. */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Known words first, then words made of the syllables and endings of the language. */
export function makeVocabulary(language: "pt" | "en", random: () => number): Vocabulary {
  const words = new Set((language === "pt" ? portuguese : english).split(/\s+/));
  const pick = (list: readonly string[]) => list[Math.floor(random() * list.length)] ?? "";
  while (words.size < vocabularySize) {
    const parts = Array.from({ length: 2 + Math.floor(random() * 2) }, () =>
      pick(syllables[language]),
    );
    words.add(parts.join("") + pick(endings[language]));
  }
  return [...words];
}

/** A word, by its rank. */
export function drawWord(vocabulary: Vocabulary, random: () => number): string {
  return vocabulary[Math.floor(vocabulary.length ** random()) - 1] ?? "";
}

/** Sentences of so many words. */
export function makeText(vocabulary: Vocabulary, length: number, random: () => number): string {
  const words = Array.from({ length }, () => drawWord(vocabulary, random));
  const sentences: string[] = [];
  for (let at = 0; at < length; at += 12) sentences.push(words.slice(at, at + 12).join(" "));
  return sentences
    .map((sentence) => `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`)
    .join(" ");
}
