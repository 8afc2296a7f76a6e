package dev.roadstead.transport;

import java.net.URI;
import java.time.Duration;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Settings for tests: long bounds, so that a test that wants one to run out says so. */
final class TestSettings {
    static final Duration LONG = Duration.ofSeconds(20);
    static final Duration SHORT = Duration.ofMillis(300);

    private final URI uri;
    private Duration connect = LONG;
    private Duration request = LONG;
    private Duration idle = LONG;
    private int connections = 4;
    private int hijacked = 64;
    private @Nullable KeyManagerFactory keys;
    private @Nullable TrustManagerFactory trust;

    private TestSettings(URI uri) {
        this.uri = uri;
    }

    static TestSettings of(URI uri) {
        return new TestSettings(uri);
    }

    static EngineHttpClient client(ScriptedServer server) {
        return of(server.uri()).client();
    }

    TestSettings connectWithin(Duration bound) {
        connect = bound;
        return this;
    }

    TestSettings answerWithin(Duration bound) {
        request = bound;
        return this;
    }

    TestSettings idleAtMost(Duration bound) {
        idle = bound;
        return this;
    }

    TestSettings connections(int most) {
        connections = most;
        return this;
    }

    TestSettings hijacked(int most) {
        hijacked = most;
        return this;
    }

    TestSettings keys(KeyManagerFactory own) {
        keys = own;
        return this;
    }

    TestSettings trust(TrustManagerFactory trusted) {
        trust = trusted;
        return this;
    }

    EngineHttpClient client() {
        return new EngineHttpClient(settings());
    }

    TransportSettings settings() {
        return new TransportSettings(
                "scripted", uri, connect, request, idle, connections, hijacked, Duration.ofSeconds(60), keys, trust);
    }
}
