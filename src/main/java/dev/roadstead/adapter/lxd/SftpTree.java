package dev.roadstead.adapter.lxd;

import java.time.Instant;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A file or folder as a tar, read while it is pulled. */
final class SftpTree {
    /** What the kernel shows there has no end. */
    private static final Set<String> KERNEL = Set.of("/proc", "/sys", "/dev");

    /** @param name in the archive; empty for the root, which has no member of its own */
    record Node(String path, String name, SftpAttributes attributes) {}

    private final SftpFiles files;
    private final LxdErrors errors;

    SftpTree(SftpFiles files, LxdErrors errors) {
        this.files = files;
        this.errors = errors;
    }

    Mono<Node> look(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        return files.look(path).map(found -> new Node(path, name, found));
    }

    Flux<byte[]> archive(Node top) {
        boolean isWhole = top.name().isEmpty();
        return Flux.just(top)
                .expandDeep(node -> node.attributes().isFolder() && !(isWhole && KERNEL.contains(node.path()))
                        ? below(node)
                        : Flux.empty())
                .concatMap(this::member, 0)
                .concatWith(Mono.fromSupplier(TarItem::end));
    }

    private Flux<Node> below(Node folder) {
        String prefix = folder.path().equals("/") ? "/" : folder.path() + "/";
        String name = folder.name().isEmpty() ? "" : folder.name() + "/";
        return files.entries(folder.path())
                .map(entry -> new Node(prefix + entry.name(), name + entry.name(), entry.attributes()))
                .onErrorComplete(SftpTree::isGone);
    }

    private Flux<byte[]> member(Node node) {
        SftpAttributes attributes = node.attributes();
        if (node.name().isEmpty()) {
            return Flux.empty();
        }
        if (attributes.isFolder()) {
            return Flux.just(item(node, TarItem.Kind.FOLDER, 0, "").header());
        }
        if (attributes.isPipe()) {
            return Flux.just(item(node, TarItem.Kind.PIPE, 0, "").header());
        }
        if (attributes.isLink()) {
            return files.target(node.path())
                    .map(target -> item(node, TarItem.Kind.LINK, 0, target).header())
                    .flux()
                    .onErrorComplete(SftpTree::isGone);
        }
        return attributes.isRegular() ? file(node) : Flux.empty();
    }

    private Flux<byte[]> file(Node node) {
        long size = node.attributes().size();
        TarItem item = item(node, TarItem.Kind.FILE, size, "");
        byte[] header = item.header();
        return Flux.defer(() -> {
            AtomicLong come = new AtomicLong(-header.length);
            return files.content(node.path(), size, header)
                    .onErrorComplete(failure -> come.get() < 0 && isGone(failure))
                    .doOnNext(bytes -> come.addAndGet(bytes.length))
                    .concatWith(Mono.defer(() -> rest(node, item, come.get())));
        });
    }

    /** One that was removed before it could be opened has no header, and needs nothing behind it. */
    private Mono<byte[]> rest(Node node, TarItem item, long come) {
        if (come < 0) {
            return Mono.empty();
        }
        if (come < item.size()) {
            return Mono.error(errors.brokeOff("%s became shorter while it was read".formatted(node.path())));
        }
        byte[] padding = item.padding();
        return padding.length == 0 ? Mono.empty() : Mono.just(padding);
    }

    private static TarItem item(Node node, TarItem.Kind kind, long size, String target) {
        SftpAttributes attributes = node.attributes();
        Instant modified = attributes.modified();
        return new TarItem(
                node.name(),
                kind,
                size,
                attributes.permissions(),
                attributes.uid(),
                attributes.gid(),
                modified,
                target);
    }

    /** Somebody removed it meanwhile. */
    private static boolean isGone(@Nullable Throwable failure) {
        return failure instanceof SftpException refused && refused.isMissing();
    }
}
