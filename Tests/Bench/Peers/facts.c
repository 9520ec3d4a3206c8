// facts FILE JOBS GROUP: the least that keeping the facts of a sweep costs with SQLite, in C. Prints facts a second.
//
// The tables, keys, indices, foreign keys and the synchronous commits are those of muster's history. A job has five facts, as
// many as a job of one stage tells, from 64 sources; a transaction takes GROUP facts, and writes the rows of the jobs in it once:
// one in jobs, attempts and stages each.
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static sqlite3 *db;

static void run(const char *sql) {
    char *error = 0;
    if (sqlite3_exec(db, sql, 0, 0, &error)) {
        fprintf(stderr, "%s: %s\n", sql, error);
        exit(1);
    }
}

static sqlite3_stmt *prepare(const char *sql) {
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, 0)) {
        fprintf(stderr, "%s: %s\n", sql, sqlite3_errmsg(db));
        exit(1);
    }
    return statement;
}

static void step(sqlite3_stmt *statement) {
    if (sqlite3_step(statement) != SQLITE_DONE) {
        fprintf(stderr, "%s\n", sqlite3_errmsg(db));
        exit(1);
    }
    sqlite3_reset(statement);
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

static void text(sqlite3_stmt *statement, int at, const char *value) {
    sqlite3_bind_text(statement, at, value, -1, SQLITE_STATIC);
}

int main(int count, char **words) {
    if (count != 4) return 2;
    long jobs = atol(words[2]), group = atol(words[3]);
    if (sqlite3_open(words[1], &db)) return 1;
    run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"
        "CREATE TABLE sources(id INTEGER PRIMARY KEY, source TEXT NOT NULL UNIQUE, run TEXT NOT NULL,"
        " contiguous INTEGER NOT NULL DEFAULT 0);"
        "CREATE TABLE facts(id INTEGER PRIMARY KEY, source INTEGER NOT NULL REFERENCES sources(id), seq INTEGER NOT NULL,"
        " time INTEGER NOT NULL, received INTEGER NOT NULL, kind TEXT NOT NULL, line TEXT NOT NULL, UNIQUE (source, seq));"
        "CREATE TABLE runs(run TEXT PRIMARY KEY) WITHOUT ROWID;"
        "CREATE TABLE jobs(run TEXT NOT NULL REFERENCES runs(run), idx INTEGER NOT NULL, id TEXT NOT NULL, outcome TEXT,"
        " ended INTEGER, cached INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (run, idx)) WITHOUT ROWID;"
        "CREATE TABLE attempts(run TEXT NOT NULL, job INTEGER NOT NULL, generation INTEGER NOT NULL, element TEXT NOT NULL,"
        " restart INTEGER NOT NULL, settled INTEGER NOT NULL, node TEXT, slot INTEGER, outcome TEXT NOT NULL,"
        " started INTEGER, ended INTEGER, duration_us INTEGER, folder TEXT, state TEXT NOT NULL,"
        " PRIMARY KEY (run, job, generation, element, restart),"
        " FOREIGN KEY (run, job) REFERENCES jobs(run, idx)) WITHOUT ROWID;"
        "CREATE INDEX attempts_open ON attempts(run, element) WHERE settled = 0;"
        "CREATE TABLE stages(run TEXT NOT NULL, job INTEGER NOT NULL, generation INTEGER NOT NULL, element TEXT NOT NULL,"
        " restart INTEGER NOT NULL, position INTEGER NOT NULL, name TEXT NOT NULL, outcome TEXT NOT NULL,"
        " started INTEGER, ended INTEGER, duration_us INTEGER,"
        " PRIMARY KEY (run, job, generation, element, restart, name),"
        " FOREIGN KEY (run, job, generation, element, restart)"
        " REFERENCES attempts(run, job, generation, element, restart)) WITHOUT ROWID;"
        "INSERT INTO runs VALUES ('bench-20260101-000000-0001');");
    sqlite3_stmt *source = prepare("INSERT INTO sources(id, source, run) VALUES (?, ?, ?)");
    sqlite3_stmt *fact = prepare(
        "INSERT INTO facts(source, seq, time, received, kind, line) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (source, seq) DO NOTHING");
    sqlite3_stmt *job = prepare(
        "INSERT INTO jobs(run, idx, id, outcome, ended) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET outcome = excluded.outcome, ended = excluded.ended");
    sqlite3_stmt *attempt = prepare(
        "INSERT INTO attempts(run, job, generation, element, restart, settled, node, slot, outcome, started, ended,"
        " duration_us, folder, state) VALUES (?, ?, 0, ?, 0, 1, ?, 0, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET settled = excluded.settled, outcome = excluded.outcome, ended = excluded.ended,"
        " duration_us = excluded.duration_us, state = excluded.state");
    sqlite3_stmt *stage = prepare(
        "INSERT INTO stages(run, job, generation, element, restart, position, name, outcome, started, ended, duration_us)"
        " VALUES (?, ?, 0, ?, 0, 0, 'run', ?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET outcome = excluded.outcome, ended = excluded.ended, duration_us = excluded.duration_us");
    const char *id = "bench-20260101-000000-0001", *folder = "/scratch/bench/results/a-1/.s.attempt.bench.0.0";
    const char *kinds[] = {"job.started", "stage.started", "stage.ended", "asset.made", "job.ended"};
    char line[301], state[401], name[40];
    memset(line, 'l', 300);
    memset(state, 's', 400);
    line[300] = state[400] = 0;
    for (int number = 0; number < 64; number++) {
        snprintf(name, sizeof name, "%032x", number + 1);
        sqlite3_bind_int(source, 1, number + 1);
        text(source, 2, name);
        text(source, 3, id);
        step(source);
    }
    double begin = now();
    long told = 0, each = group / 5 > 0 ? group / 5 : 1;
    for (long first = 0; first < jobs; first += each) {
        run("BEGIN IMMEDIATE");
        for (long index = first; index < first + each && index < jobs; index++) {
            for (int kind = 0; kind < 5; kind++, told++) {
                sqlite3_bind_int64(fact, 1, index % 64 + 1);
                sqlite3_bind_int64(fact, 2, index / 64 * 5 + kind + 1);
                sqlite3_bind_int64(fact, 3, 1767225600000000 + told);
                sqlite3_bind_int64(fact, 4, 1767225600000000 + told);
                text(fact, 5, kinds[kind]);
                text(fact, 6, line);
                step(fact);
            }
            text(job, 1, id);
            sqlite3_bind_int64(job, 2, index);
            text(job, 3, "a-1/s");
            text(job, 4, "succeeded");
            sqlite3_bind_int64(job, 5, told);
            step(job);
            snprintf(name, sizeof name, "local-%ld", index % 64);
            text(attempt, 1, id);
            sqlite3_bind_int64(attempt, 2, index);
            text(attempt, 3, name);
            text(attempt, 4, "node1");
            text(attempt, 5, "succeeded");
            for (int at = 6; at < 9; at++) sqlite3_bind_int64(attempt, at, 1767225600000000 + told);
            text(attempt, 9, folder);
            text(attempt, 10, state);
            step(attempt);
            text(stage, 1, id);
            sqlite3_bind_int64(stage, 2, index);
            text(stage, 3, name);
            text(stage, 4, "succeeded");
            for (int at = 5; at < 8; at++) sqlite3_bind_int64(stage, at, 1767225600000000 + told);
            step(stage);
        }
        run("COMMIT");
    }
    printf("%f\n", told / (now() - begin));
    sqlite3_close(db);
    return 0;
}
