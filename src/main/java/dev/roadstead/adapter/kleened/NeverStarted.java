package dev.roadstead.adapter.kleened;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The containers that the gateway made and that nobody was seen to start: the daemon does not tell one that never ran from one that
 * stopped. Forgotten when the gateway ends.
 */
final class NeverStarted {
    private static final int MOST = 10_000;

    private final Map<String, Boolean> ids = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > MOST;
        }
    };

    synchronized void add(String id) {
        ids.put(id, true);
    }

    synchronized void forget(String id) {
        ids.remove(id);
    }

    synchronized boolean has(String id) {
        return ids.containsKey(id);
    }
}
