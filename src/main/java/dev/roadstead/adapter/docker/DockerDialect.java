package dev.roadstead.adapter.docker;

import dev.roadstead.adapter.daemon.Agreement;
import dev.roadstead.adapter.daemon.ApiVersion;
import dev.roadstead.adapter.daemon.DaemonCall;
import dev.roadstead.adapter.daemon.DaemonSession;
import dev.roadstead.adapter.daemon.Dialect;
import dev.roadstead.adapter.daemon.Faults;
import dev.roadstead.engine.EngineException;
import dev.roadstead.transport.EngineReply;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Docker's own: the highest version common to both goes before each path. */
final class DockerDialect implements Dialect {
    /** The oldest this adapter speaks (Docker 19.03). */
    private static final ApiVersion OLDEST = new ApiVersion(1, 40);

    /** The newest this adapter speaks (Docker 29). */
    private static final ApiVersion NEWEST = new ApiVersion(1, 55);

    private final Faults faults;
    private final DockerErrors errors;

    DockerDialect(String engine, JsonMapper json) {
        this.faults = new Faults(engine);
        this.errors = new DockerErrors(engine, json);
    }

    @Override
    public Faults faults() {
        return faults;
    }

    @Override
    public String versionPath() {
        return "/version";
    }

    @Override
    public Agreement agree(EngineReply reply, DaemonSession session) {
        DockerWire.Version version = session.parse(reply.body(), DockerWire.Version.class);
        ApiVersion newest = ApiVersion.parse(version.apiVersion());
        if (newest == null) {
            throw faults.nonsense("what answers tells no Docker API version", null);
        }
        ApiVersion oldest = ApiVersion.parse(version.minApiVersion());
        if (newest.compareTo(OLDEST) < 0 || (oldest != null && oldest.compareTo(NEWEST) > 0)) {
            throw new EngineException.Failed(
                    DaemonSession.VERSION_REFUSED,
                    "the daemon speaks API %s to %s (expected: one from %s to %s)"
                            .formatted(oldest == null ? "?" : oldest, newest, OLDEST, NEWEST),
                    faults.evidence(),
                    null);
        }
        return new Agreement(version.version(), newest.compareTo(NEWEST) > 0 ? NEWEST : newest);
    }

    @Override
    public String prefix(Agreement agreement) {
        return "/v" + agreement.api();
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
