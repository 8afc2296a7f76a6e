package dev.roadstead.adapter.podman;

import dev.roadstead.adapter.daemon.Agreement;
import dev.roadstead.adapter.daemon.ApiVersion;
import dev.roadstead.adapter.daemon.DaemonCall;
import dev.roadstead.adapter.daemon.DaemonSession;
import dev.roadstead.adapter.daemon.Dialect;
import dev.roadstead.adapter.daemon.Faults;
import dev.roadstead.engine.EngineException;
import dev.roadstead.transport.EngineReply;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Podman's own: libpod's version stands on the head of every answer, and hardly matters in a path. */
final class PodmanDialect implements Dialect {
    private static final String VERSION_HEADER = "libpod-api-version";

    /** The oldest this adapter speaks; the same path does for every later one. */
    private static final ApiVersion OLDEST = new ApiVersion(4, 0);

    private static final String PREFIX = "/v4.0.0/libpod";

    private final Faults faults;
    private final PodmanErrors errors;

    PodmanDialect(String engine, JsonMapper json) {
        this.faults = new Faults(engine);
        this.errors = new PodmanErrors(engine, json);
    }

    @Override
    public Faults faults() {
        return faults;
    }

    @Override
    public String versionPath() {
        return "/libpod/_ping";
    }

    @Override
    public Agreement agree(EngineReply reply, DaemonSession session) {
        String told = reply.header(VERSION_HEADER);
        ApiVersion version = ApiVersion.parse(told);
        if (version == null) {
            throw faults.nonsense("what answers tells no libpod API version", null);
        }
        if (version.compareTo(OLDEST) < 0) {
            throw new EngineException.Failed(
                    DaemonSession.VERSION_REFUSED,
                    "the service speaks libpod API %s (expected: %s or later)".formatted(told, OLDEST),
                    faults.evidence(),
                    null);
        }
        return new Agreement(told, version);
    }

    @Override
    public String prefix(Agreement agreement) {
        return PREFIX;
    }

    @Override
    public boolean isOutdated(Agreement agreement, Map<String, List<String>> headers) {
        List<String> told = headers.get(VERSION_HEADER);
        return told != null && !told.isEmpty() && !told.getFirst().equals(agreement.engineVersion());
    }

    @Override
    public EngineException refusal(DaemonCall call, String subject, EngineReply reply) {
        return errors.of(call, subject, reply);
    }

    @Override
    public EngineException refusal(DaemonCall call, String subject, int status, @Nullable String message) {
        return errors.of(call, subject, status, message);
    }
}
