package dev.roadstead.api.socket;

import dev.roadstead.api.problem.ErrorKind;
import dev.roadstead.api.problem.ProblemException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/** How many sockets each user has open. */
final class SocketPlaces {
    private final int most;
    private final Map<String, Integer> taken = new ConcurrentHashMap<>();

    SocketPlaces(int most) {
        this.most = most;
    }

    /** Takes a place; fails if there is none. */
    Place take(String user) {
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
        return new Place(user);
    }

    /** One socket's, from before anything is begun for it. */
    final class Place {
        private final String user;
        private final AtomicBoolean occupied = new AtomicBoolean();
        private final AtomicBoolean given = new AtomicBoolean();

        private Place(String user) {
            this.user = user;
        }

        /** The socket is open: its end gives the place back. */
        void occupy() {
            occupied.set(true);
        }

        /** The handshake is over: without a socket nobody else gives the place back. */
        void giveUnlessOccupied() {
            if (!occupied.get()) {
                give();
            }
        }

        void give() {
            if (given.compareAndSet(false, true)) {
                taken.computeIfPresent(user, (_, before) -> before == 1 ? null : before - 1);
            }
        }
    }
}
