package dev.roadstead.adapter.kleened.standin;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** Ids as the daemon makes them: 12 hexadecimal characters, never digits only; a replay gives those of its recording. */
final class Ids {
    private final Deque<String> given = new ArrayDeque<>();

    synchronized void give(List<String> ids) {
        given.addAll(ids);
    }

    /** Forgets ids that were given and not used. */
    synchronized void forget() {
        given.clear();
    }

    synchronized String next() {
        String id = given.poll();
        while (id == null || id.chars().allMatch(Character::isDigit)) {
            byte[] random = new byte[6];
            ThreadLocalRandom.current().nextBytes(random);
            id = HexFormat.of().formatHex(random);
        }
        return id;
    }
}
