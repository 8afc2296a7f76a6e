package dev.roadstead.adapter.lxd;

import dev.roadstead.engine.Engine;
import dev.roadstead.engine.EngineKind;
import dev.roadstead.engine.EngineName;
import dev.roadstead.engine.EngineSettings;
import dev.roadstead.transport.Script;
import java.net.URI;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a scripted server says to pass for an LXD or Incus daemon. */
final class ScriptedLxd {
    static final String OPERATION = "0e2b2a0c-1111-2222-3333-444455556666";
    static final String WAIT = "GET /1.0/operations/" + OPERATION + "/wait";
    static final String LOOK = "GET /1.0/operations/" + OPERATION;
    static final String CANCEL = "DELETE /1.0/operations/" + OPERATION;
    static final String SOCKET = "GET /1.0/operations/" + OPERATION + "/websocket";

    private ScriptedLxd() {}

    static Engine engine(URI uri, Duration bound) {
        return new LxdEngineFactory(EngineKind.LXD)
                .create(new EngineSettings(
                        new EngineName("scripted"), EngineKind.LXD, uri, bound, bound, bound, 8, null));
    }

    /** @param extensions beside those that the oldest have */
    static Script server(String software, String version, String auth, String... extensions) {
        String more = Stream.of(extensions).map(",\"%s\""::formatted).collect(Collectors.joining());
        return sync("""
                {"api_version":"1.0","auth":"%s","api_extensions":["instances","instance_all_projects"%s],
                "environment":{"server":"%s","server_version":"%s"}}""".formatted(auth, more, software, version));
    }

    static Script sync(String metadata) {
        return Script.json(200, "{\"type\":\"sync\",\"status_code\":200,\"metadata\":%s}".formatted(metadata));
    }

    static Script error(int status, String text) {
        return Script.json(status, "{\"type\":\"error\",\"error_code\":%d,\"error\":\"%s\"}".formatted(status, text));
    }

    static Script accepted(boolean mayCancel, String metadata) {
        return Script.json(
                202,
                "{\"type\":\"async\",\"status_code\":100,\"operation\":\"/1.0/operations/%s\",\"metadata\":%s}"
                        .formatted(OPERATION, operation(103, "", mayCancel, metadata)));
    }

    /** An operation as it is told when asked for. */
    static Script told(int statusCode, String err) {
        return sync(operation(statusCode, err, false, "null"));
    }

    private static String operation(int statusCode, String err, boolean mayCancel, String metadata) {
        return "{\"id\":\"%s\",\"class\":\"task\",\"status_code\":%d,\"err\":\"%s\",\"may_cancel\":%s,\"metadata\":%s}"
                .formatted(OPERATION, statusCode, err, mayCancel, metadata);
    }

    static Script instance(String status, int statusCode) {
        return sync("""
                {"name":"web","type":"container","status":"%s","status_code":%d,"config":{},
                "last_used_at":"2026-01-01T00:00:00Z"}""".formatted(status, statusCode));
    }
}
