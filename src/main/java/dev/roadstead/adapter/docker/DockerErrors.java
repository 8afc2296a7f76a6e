package dev.roadstead.adapter.docker;

import static dev.roadstead.adapter.daemon.DaemonCall.ARCHIVE;
import static dev.roadstead.adapter.daemon.DaemonCall.COMMIT;
import static dev.roadstead.adapter.daemon.DaemonCall.CONNECT;
import static dev.roadstead.adapter.daemon.DaemonCall.CREATE;
import static dev.roadstead.adapter.daemon.DaemonCall.DISCONNECT;
import static dev.roadstead.adapter.daemon.DaemonCall.IMAGE;
import static dev.roadstead.adapter.daemon.DaemonCall.IMAGE_LOAD;
import static dev.roadstead.adapter.daemon.DaemonCall.IMAGE_REMOVE;
import static dev.roadstead.adapter.daemon.DaemonCall.LOGS;
import static dev.roadstead.adapter.daemon.DaemonCall.NETWORK_CREATE;
import static dev.roadstead.adapter.daemon.DaemonCall.NETWORK_REMOVE;
import static dev.roadstead.adapter.daemon.DaemonCall.PRUNE;
import static dev.roadstead.adapter.daemon.DaemonCall.PULL;
import static dev.roadstead.adapter.daemon.DaemonCall.REMOVE;
import static dev.roadstead.adapter.daemon.DaemonCall.RENAME;
import static dev.roadstead.adapter.daemon.DaemonCall.START;
import static dev.roadstead.adapter.daemon.DaemonCall.UPDATE;
import static dev.roadstead.adapter.daemon.DaemonCall.VOLUME_CREATE;
import static dev.roadstead.adapter.daemon.DaemonCall.VOLUME_REMOVE;
import static dev.roadstead.adapter.daemon.Refusals.ALL;
import static dev.roadstead.adapter.daemon.Refusals.ANY;
import static dev.roadstead.adapter.daemon.Refusals.rule;

import dev.roadstead.adapter.daemon.DaemonCall;
import dev.roadstead.adapter.daemon.DaemonSession;
import dev.roadstead.adapter.daemon.Refusals;
import dev.roadstead.adapter.daemon.Refusals.Meaning;
import dev.roadstead.adapter.daemon.Refusals.Rule;
import dev.roadstead.engine.EngineException;
import dev.roadstead.transport.EngineReply;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a refusal of the daemon means: decided by call and status, and by the text only where those are not enough. Text that no rule
 * knows never becomes the caller's fault.
 */
final class DockerErrors {
    private static final Set<DaemonCall> ENDPOINT = EnumSet.of(CONNECT, START, CREATE);

    /** The first that fits counts. Texts as 20.10 to 29 word them, without regard to case. */
    private static final List<Rule> RULES = List.of(
            // 404 of a route, not of an object: a wrong path or a proxy in between.
            rule(ALL, 404, "^page not found", Meaning.FAILED, "ENGINE_NONSENSE"),
            rule(ALL, 400, "client version .* is too (?:new|old)", Meaning.FAILED, DaemonSession.VERSION_REFUSED),
            rule(ALL, ANY, "authorization denied by plugin", Meaning.DENIED, "ENGINE_DENIED"),
            rule(ALL, 404, "no such container", Meaning.NOT_FOUND, "NO_SUCH_CONTAINER"),
            rule(ENDPOINT, 404, "network .* not found|could not find .*network", Meaning.NOT_FOUND, "NO_SUCH_NETWORK"),
            rule(EnumSet.of(CREATE), 404, "no such image", Meaning.NOT_FOUND, "NO_SUCH_IMAGE"),
            rule(
                    EnumSet.of(CREATE, VOLUME_CREATE, NETWORK_CREATE),
                    ANY,
                    "plugin .*not found",
                    Meaning.INVALID,
                    "NO_SUCH_DRIVER"),
            rule(EnumSet.of(CREATE), 409, null, Meaning.ALREADY_EXISTS, "NAME_IN_USE"),
            rule(
                    EnumSet.of(START),
                    ANY,
                    "port is already allocated|bind: address already in use|ports are not available",
                    Meaning.CONFLICT,
                    "PORT_IN_USE"),
            rule(
                    EnumSet.of(START),
                    ANY,
                    "executable file not found|exec: .*(no such file or directory|permission denied|is a directory)",
                    Meaning.INVALID,
                    "NO_SUCH_PROGRAM"),
            rule(EnumSet.of(RENAME), 409, "already in use", Meaning.ALREADY_EXISTS, "NAME_IN_USE"),
            // A limit that does not fit the others, which stay.
            rule(EnumSet.of(UPDATE), 409, "limit should be|conflicting options", Meaning.INVALID, "INVALID_RESOURCES"),
            rule(EnumSet.of(PRUNE), 409, "already running", Meaning.CONFLICT, "PRUNE_IN_PROGRESS"),
            rule(
                    EnumSet.of(IMAGE_LOAD),
                    ANY,
                    "processing tar|unexpected EOF|(repositories|manifest\\.json): no such file|invalid (manifest|tar|archive)"
                            + "|unrecognized image format|invalid character|archive/tar|unsupported manifest",
                    Meaning.INVALID,
                    "INVALID_IMAGE_FILE"),
            rule(
                    EnumSet.of(REMOVE),
                    409,
                    "running container|paused container|restarting container|is running|is paused|is restarting",
                    Meaning.WRONG_STATE,
                    "CONTAINER_RUNNING"),
            rule(EnumSet.of(REMOVE), 409, "already in progress", Meaning.CONFLICT, "REMOVAL_IN_PROGRESS"),
            rule(EnumSet.of(LOGS), ANY, "does not support reading", Meaning.NO_LOGS, ""),
            rule(
                    EnumSet.of(ARCHIVE),
                    ANY,
                    "extraction point is not a directory|not a directory",
                    Meaning.INVALID,
                    "NOT_A_FOLDER"),
            rule(
                    EnumSet.of(ARCHIVE),
                    ANY,
                    "processing tar|unexpected EOF|invalid tar header|cannot overwrite .*directory",
                    Meaning.INVALID,
                    "INVALID_ARCHIVE"),
            rule(EnumSet.of(ARCHIVE), ANY, "read-only", Meaning.WRONG_STATE, "READ_ONLY"),
            rule(
                    EnumSet.of(COMMIT, IMAGE, PULL, CREATE),
                    ANY,
                    "invalid reference format|invalid repository name|invalid tag",
                    Meaning.INVALID,
                    "INVALID_REFERENCE"),
            rule(EnumSet.of(IMAGE_REMOVE), 409, null, Meaning.CONFLICT, "IMAGE_IN_USE"),
            // Docker Hub's answer for an absent repository, too.
            rule(EnumSet.of(PULL), ANY, "pull access denied", Meaning.NOT_FOUND, "NO_SUCH_IMAGE"),
            rule(
                    EnumSet.of(PULL),
                    ANY,
                    "no basic auth credentials|unauthorized|authentication required|incorrect username or password"
                            + "|denied: ",
                    Meaning.DENIED,
                    "REGISTRY_DENIED"),
            rule(EnumSet.of(PULL), ANY, "toomanyrequests", Meaning.FAILED, "REGISTRY_RATE_LIMITED"),
            rule(
                    EnumSet.of(PULL),
                    ANY,
                    "manifest unknown|not found|no matching manifest|no such host|connection refused|no route to host"
                            + "|network is unreachable|i/o timeout|server misbehaving|request canceled while waiting"
                            + "|server gave HTTP response to HTTPS",
                    Meaning.NOT_FOUND,
                    "NO_SUCH_IMAGE"),
            rule(EnumSet.of(VOLUME_REMOVE), 409, null, Meaning.CONFLICT, "VOLUME_IN_USE"),
            rule(EnumSet.of(NETWORK_CREATE), 409, null, Meaning.ALREADY_EXISTS, "NAME_IN_USE"),
            rule(
                    EnumSet.of(NETWORK_CREATE, NETWORK_REMOVE),
                    ANY,
                    "pre-?defined",
                    Meaning.CONFLICT,
                    "NETWORK_PREDEFINED"),
            rule(EnumSet.of(NETWORK_CREATE), ANY, "pool overlaps", Meaning.CONFLICT, "SUBNET_IN_USE"),
            rule(
                    EnumSet.of(NETWORK_CREATE),
                    ANY,
                    "invalid subnet|invalid CIDR|failed to allocate gateway|invalid gateway",
                    Meaning.INVALID,
                    "INVALID_SUBNET"),
            rule(
                    EnumSet.of(NETWORK_REMOVE),
                    ANY,
                    "active endpoints|is in use|network .* in use",
                    Meaning.CONFLICT,
                    "NETWORK_IN_USE"),
            rule(ENDPOINT, ANY, "already exists in network|already attached", Meaning.CONFLICT, "ALREADY_CONNECTED"),
            rule(
                    ENDPOINT,
                    ANY,
                    "invalid address|no configured subnet|user configured subnets|not belong to any of this network",
                    Meaning.INVALID,
                    "INVALID_ADDRESS"),
            rule(ENDPOINT, ANY, "address already in use|address is already", Meaning.CONFLICT, "ADDRESS_IN_USE"),
            rule(EnumSet.of(DISCONNECT), ANY, "is not connected to", Meaning.NOT_FOUND, "NOT_CONNECTED"),
            rule(ALL, 400, null, Meaning.INVALID, "INVALID_REQUEST"),
            rule(ALL, 401, null, Meaning.DENIED, "ENGINE_DENIED"),
            rule(ALL, 403, null, Meaning.DENIED, "ENGINE_DENIED"),
            rule(ALL, 409, "is not running", Meaning.WRONG_STATE, "CONTAINER_NOT_RUNNING"),
            rule(ALL, 409, null, Meaning.WRONG_STATE, "WRONG_STATE"));

    private final Refusals refusals;
    private final JsonMapper json;

    DockerErrors(String engine, JsonMapper json) {
        this.refusals = new Refusals(engine, RULES);
        this.json = json;
    }

    /** What an answer of 400 and above means.
     *
     * @param subject what the call was about, for people: {@code container abc}
     */
    EngineException of(DaemonCall call, String subject, EngineReply reply) {
        return of(call, subject, reply.status(), messageOf(reply));
    }

    /** What a status and the daemon's own text mean. */
    EngineException of(DaemonCall call, String subject, int status, @Nullable String message) {
        return refusals.of(call, subject, status, message);
    }

    /** The daemon's own words; null for pages of a proxy and the like. */
    @Nullable
    String messageOf(EngineReply reply) {
        return Refusals.words(reply, json, told -> Refusals.text(told.get("message")));
    }
}
