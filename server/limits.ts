const SECOND = 1000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;

/** The greatest body of a request, in bytes. */
export const MAX_REQUEST_BYTES = 1024 * 1024;
/** The longest deadline that a client may ask for; streams without one may stay open. */
export const MAX_DEADLINE = 60 * MINUTE;
/** Violations that one error tells; with all it says it fits into the 8 KiB that some clients read. */
export const MAX_VIOLATIONS = 10;
/** Pages of lists. */
export const DEFAULT_PAGE_SIZE = 50;
export const MAX_PAGE_SIZE = 100;
/** A page of messages ends before this many bytes of text, but holds at least one message. */
export const MAX_PAGE_BYTES = 4 * 1024 * 1024;

/** How long a session lives without being used, and how long it is trusted without a look at the database. */
export const SESSION_LIFETIME = 30 * DAY;
export const SESSION_CACHE = 5 * SECOND;
export const SESSION_CACHE_SIZE = 10_000;
export const MAX_DEVICE_LENGTH = 256;
/** Access tokens that one user may have at once. */
export const MAX_ACCESS_TOKENS = 50;
export const INVITATION_LIFETIME = 7 * DAY;

/** How long it is kept who did what, and how many failed attempts of each kind: strangers make these. */
export const AUDIT_LIFETIME = 400 * DAY;
export const MAX_FAILED_ATTEMPTS_KEPT = 100_000;
/** Free space of the data folder's disk, in bytes, that administrators are warned below. */
export const LOW_DISK_BYTES = 2 * 1024 ** 3;

/** Deleted chats can be brought back for this long. */
export const DELETED_CHAT_LIFETIME = 7 * DAY;
export const PURGE_INTERVAL = 60 * MINUTE;
export const PURGE_BATCH = 100;

/** How often it is looked whether a daily backup is due, and how soon one that failed is tried again. */
export const BACKUP_CHECK = MINUTE;
export const BACKUP_RETRY = 60 * MINUTE;
/** A daily backup that takes longer is given up. */
export const BACKUP_LIMIT = 6 * 60 * MINUTE;
/** Nobody writes any more on a backup that is unfinished for so long. */
export const DRAFT_LIFETIME = DAY;

/** Exports that one user may have under way; each holds a connection, and the ids of one chat. */
export const MAX_EXPORTS_PER_USER = 2;
/** Imports that one user, and all together, may have under way; each holds at most one record in memory. */
export const MAX_IMPORTS_PER_USER = 1;
export const MAX_IMPORTS = 4;
/** The greatest record and the greatest message of an import, in bytes. */
export const MAX_RECORD_BYTES = 32 * 1024 * 1024;
export const MAX_IMPORTED_MESSAGE_BYTES = 1024 * 1024;
/** Messages that an imported chat may have, and their bytes when branches are written out. */
export const MAX_IMPORTED_MESSAGES = 200_000;
export const MAX_IMPORTED_CHAT_BYTES = 2 * MAX_RECORD_BYTES;
/** The failures that an import names one by one. */
export const MAX_IMPORT_FAILURES = 100;
/** An import works for so long before it lets others have their turn. */
export const IMPORT_SLICE = 10;
/** An import that sends nothing for so long is ended, or forgotten when it comes in calls of its own. */
export const IMPORT_IDLE = MINUTE;
/** Messages are read and written in batches of at most so many, and so many bytes of text. */
export const TRANSFER_BATCH = 200;
export const TRANSFER_BATCH_BYTES = 1024 * 1024;

/** Replies that one user may have under way at once; answers of Generate are counted apart. */
export const MAX_RUNNING_REPLIES = 32;
/** The greatest size of a reply, text and thinking together, in bytes. */
export const MAX_REPLY_BYTES = 1024 * 1024;
/** Messages that are read back at most for a prompt. */
export const MAX_HISTORY = 1000;
/** Messages that are deleted by one statement. */
export const DELETE_BATCH = 1000;
/** How often the text of running replies is written to the database. */
export const FLUSH_INTERVAL = 150;
/** A reply that nobody writes is ended when it is this old, and looked for this often. */
export const ORPHAN_AGE = MINUTE;
export const SWEEP_INTERVAL = 15 * SECOND;
/** What may be said on a stream of Converse before what was said first is answered. */
export const MAX_WAITING_SAYS = 16;
/** A stream of Converse on which nothing is under way may be silent for this long. */
export const CONVERSE_SILENCE = 30 * MINUTE;
/** How long the stream of a chat's first reply stays open for the title. */
export const TITLE_WAIT = 15 * SECOND;

/** Words and filters of one search. */
export const MAX_SEARCH_WORDS = 32;
/** So many of the newest messages are looked at one by one before the index of words is asked. */
export const SEARCH_WALK = 500;
/** The index is asked for the newest of these, counted from 1970, and then for all; migration 0002 has the same number. */
export const SEARCH_WEEKS = 8 * 7 * DAY;
/** So many characters of a message can be found; migration 0002 has the same number. */
export const SEARCHED_LENGTH = 100_000;
/** What a search shows of a message, in characters. */
export const SNIPPET_LENGTH = 240;
/** So many characters of all texts of a page of results are looked through for what to mark. */
export const MAX_MARKED_LENGTH = 1_000_000;
/** So many different words of a page of results are asked whether they are what was looked for. */
export const MAX_MARK_CANDIDATES = 2000;

/** A model that is being loaded or reads its prompt may be silent for this long. */
export const LOAD_LIMIT = 10 * MINUTE;
/** A model that has begun to answer may be silent for this long. */
export const STALL_LIMIT = 120 * SECOND;
/** Answers of Ollama other than generation and downloads. */
export const OLLAMA_CALL_LIMIT = 10 * SECOND;
/** After this silence a reply that waits for its first token asks whether the model is being loaded. */
export const LOADING_CHECK = 250;
/** How long the list of models is trusted. */
export const MODEL_CACHE = 10 * SECOND;
/** After a failure it is not asked for again for this long. */
export const MODEL_RETRY = SECOND;
export const MAX_MODELS = 1000;
/** How often Ollama is asked whether a model has left its memory, and for how long at most. */
export const UNLOAD_CHECK = 50;
export const UNLOAD_LIMIT = 10 * SECOND;

/** How often the database and its replicas are asked where they stand, and how long that may take. */
export const PULSE_INTERVAL = SECOND / 2;
export const PULSE_LIMIT = 1.5 * SECOND;
/** A replica that has not got what the database had so long ago is left out. */
export const MAX_REPLICA_LAG = 5 * SECOND;
/** A read waits so long for a replica before the database itself is asked. */
export const REPLICA_DEADLINE = 5 * SECOND;
/** Names of models that the metrics tell apart; those that come later are counted together. */
export const MAX_METRIC_MODELS = 100;
/** How long a server that stops waits for the traces that it has not sent yet. */
export const TRACES_FLUSH_LIMIT = 2 * SECOND;

/** A server that is told to stop is gone after this; running calls get half of it to end. */
export const SHUTDOWN_LIMIT = 10 * SECOND;

/** Streams of clients that need no session end when the client is silent for this long. */
export const OPEN_STREAM_IDLE = 5 * MINUTE;
/** Questions that one stream of reflection may hold. */
export const MAX_REFLECTION_REQUESTS = 1000;
/** A health probe that takes longer has failed; its answer is repeated for the interval. */
export const HEALTH_LIMIT = 2 * SECOND;
export const HEALTH_INTERVAL = SECOND;

/** The four study services: names and messages in bytes, times of day, numbers, and lines of a chat. */
export const MAX_STUDY_TEXT = 4096;
export const MAX_STUDY_TIMES = 3600;
export const MAX_STUDY_NUMBERS = 1_000_000;
export const MAX_STUDY_MESSAGES = 10_000;
/** How often the time is told. */
export const STUDY_TICK = SECOND;
