package dev.roadstead.api.socket;

import dev.roadstead.api.problem.ErrorKind;
import dev.roadstead.api.problem.ProblemException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** How many sockets each user has open. */
final class SocketPlaces {
    private final int most;
    private final Map<String, Integer> taken = new ConcurrentHashMap<>();

    SocketPlaces(int most) {
        this.most = most;
    }

    /** Takes a place, to be given back once; fails if there is none. */
    void take(String user) {
        taken.merge(user, 1, (before, one) -> {
            if (before >= most) {
                throw new ProblemException(
                        ErrorKind.RATE_LIMITED,
                        "TOO_MANY_SOCKETS",
                        "%d sockets of user %s are open, as many as may be".formatted(before, user),
                        Map.of("most", most));
            }
            return before + one;
        });
    }

    void give(String user) {
        taken.computeIfPresent(user, (_, before) -> before == 1 ? null : before - 1);
    }
}
