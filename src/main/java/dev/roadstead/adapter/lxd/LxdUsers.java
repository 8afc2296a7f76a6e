package dev.roadstead.adapter.lxd;

import dev.roadstead.engine.EngineException;
import dev.roadstead.transport.EngineReply;
import dev.roadstead.transport.EngineRequest;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Users by name: the daemon knows numbers only, so the instance's own {@code /etc/passwd} and {@code /etc/group} are read. */
final class LxdUsers {
    /**
     * A user.
     *
     * @param home null if it has no entry
     */
    record User(long uid, long gid, @Nullable String home) {}

    private static final int UID = 2;
    private static final int GID = 3;
    private static final int HOME = 5;

    private final LxdSession session;

    LxdUsers(LxdSession session) {
        this.session = session;
    }

    /** @param text {@code user[:group]}, each a name or a number */
    Mono<User> of(InstanceAddress instance, String text) {
        int colon = text.indexOf(':');
        String user = colon < 0 ? text : text.substring(0, colon);
        String group = colon < 0 ? null : text.substring(colon + 1);
        return lines(instance, "/etc/passwd").flatMap(users -> {
            String[] entry = entry(users, user, GID + 1);
            Long uid = entry == null ? LxdUnits.number(user) : LxdUnits.number(entry[UID]);
            if (uid == null) {
                return Mono.error(unknown("user", user));
            }
            String home = entry == null || entry.length <= HOME ? null : entry[HOME];
            Long own = entry == null ? null : LxdUnits.number(entry[GID]);
            return group == null
                    ? Mono.just(new User(uid, own == null ? 0 : own, home))
                    : group(instance, group).map(gid -> new User(uid, gid, home));
        });
    }

    private Mono<Long> group(InstanceAddress instance, String group) {
        Long number = LxdUnits.number(group);
        return number != null
                ? Mono.just(number)
                : lines(instance, "/etc/group").flatMap(groups -> {
                    String[] entry = entry(groups, group, UID + 1);
                    Long gid = entry == null ? null : LxdUnits.number(entry[UID]);
                    return gid == null ? Mono.error(unknown("group", group)) : Mono.just(gid);
                });
    }

    private static String @Nullable [] entry(List<String> lines, String wanted, int fields) {
        boolean number = LxdUnits.number(wanted) != null;
        for (String line : lines) {
            String[] parts = line.split(":", -1);
            if (parts.length >= fields && wanted.equals(parts[number ? UID : 0])) {
                return parts;
            }
        }
        return null;
    }

    private Mono<List<String>> lines(InstanceAddress instance, String path) {
        return session.call(
                        LxdCall.FILE,
                        path,
                        EngineRequest.get(LxdTarget.of(instance, "files")
                                .with("path", path)
                                .toString()))
                .map(EngineReply::text)
                .map(text -> Arrays.asList(text.split("\n", -1)))
                .onErrorResume(
                        failure -> failure instanceof EngineException.NotFound missing
                                && missing.code().equals(LxdCall.FILE.missing()),
                        _ -> Mono.just(List.of()));
    }

    private EngineException unknown(String what, String name) {
        return new EngineException.InvalidRequest(
                "NO_SUCH_USER",
                "%s: %s (expected: one of the container's, or a number)".formatted(what, name),
                session.errors().evidence().with("field", "user"));
    }
}
