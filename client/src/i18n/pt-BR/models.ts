import type { texts as english } from "../en/models.ts";
import { modelMemory } from "./model-memory.ts";
import { formatsOf } from "../format.ts";

const { bytes, number } = formatsOf("pt-BR");

export const texts: typeof english = {
  models: {
    lead: "Os modelos deste servidor.",
    embedded:
      "Eles rodam aqui, no motor que vem com o Prosa, já que nenhum Ollama foi encontrado; nada sai da máquina.",
    ollama: "Eles rodam no Ollama deste servidor.",
    installed: "Instalados",
    unavailable: "O que roda os modelos não respondeu.",
    begin:
      "O Prosa responde assim que houver um modelo instalado. O Llama 3.2 1B é pequeno e bom para começar.",
    demonstration: (model) =>
      `${model} é uma demonstração: pequeno o bastante para vir com o Prosa, pequeno demais para ser útil. Para conversar de verdade, instale o Llama 3.2 1B.`,
    isDemonstration: "demonstração",
    recommend: (size) => `Baixar Llama 3.2 1B (${size})`,
    context: (tokens) => `${number(tokens)} tokens de contexto`,
    parameters: (size) => `${size} parâmetros`,
    loaded: "na memória",
    capabilities: {
      completion: "conversa",
      vision: "imagens",
      tools: "ferramentas",
      thinking: "raciocínio",
      embedding: "vetores",
    },
    default: "padrão",
    deleteModel: (model) => `Apagar ${model}`,
    deleteTitle: (model) => `Apagar ${model}?`,
    deleteHint: (size) =>
      `Isso libera ${size}. As conversas com ele ficam; para continuá-las, escolha outro modelo.`,
    itsSpace: "o espaço dele",
    add: "Adicionar um modelo",
    addLabel: "Nome na biblioteca do Ollama",
    addHint: "Por exemplo qwen3:0.6b ou gemma3:1b.",
    addMissing: "Escreva um nome da biblioteca do Ollama, por exemplo llama3.2:1b.",
    install: "Instalar",
    installing: (model) => `Instalando ${model}`,
    phases: {
      resolving: "Consultando a biblioteca",
      verifying: "Conferindo os arquivos",
    },
    progress: (done, total) => `${bytes(done)} de ${bytes(total)}`,
    speed: (perSecond) => `${bytes(perSecond)}/s`,
    cancelPull: (model) => `Cancelar o download de ${model}`,
    ready: (model) => `${model} está instalado.`,
    deleted: (model) => `${model} foi apagado.`,
  },
  modelMemory,
};
