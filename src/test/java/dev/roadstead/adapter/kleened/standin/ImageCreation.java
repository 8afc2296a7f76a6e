package dev.roadstead.adapter.kleened.standin;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.node.ObjectNode;

/** Makes images of datasets and of base systems that are fetched; only the names of these are looked at. */
final class ImageCreation {
    private static final String DATASET = "zroot/kleene_basejail";
    /** It lacks the directory that a step needs. */
    private static final String EMPTY_DATASET = "zroot/empty";

    private static final long STEP_MILLIS = 40;

    private final State state;
    private final Images images;
    private final ExecutorService threads;
    private final Set<String> offered = ConcurrentHashMap.newKeySet();

    ImageCreation(State state, Images images, ExecutorService threads) {
        this.state = state;
        this.images = images;
        this.threads = threads;
        offered.add("file:///var/db/fakebsd/base.txz");
    }

    void offer(String url) {
        offered.add(url);
    }

    ExecutorService threads() {
        return threads;
    }

    /** The creation fails and says why. */
    static final class Failed extends Exception {
        private static final long serialVersionUID = 1;

        Failed(String reason) {
            super(reason);
        }
    }

    /** Follows one creation; every text goes to the client. */
    void create(ObjectNode config, WebSocketLink link) throws Failed, InterruptedException {
        String id = switch (State.text(config, "method")) {
            case "zfs-clone" -> clone(config, link, "cloning dataset...\n");
            case "zfs-copy" -> clone(config, link, "copying dataset into the new image, this can take a while...\n");
            case "fetch-auto" -> fetched(config, link, true);
            default -> fetched(config, link, false);
        };
        link.close(1000, "closing", "image created", id);
    }

    private String clone(ObjectNode config, WebSocketLink link, String text) throws Failed, InterruptedException {
        String dataset = State.text(config, "zfs_dataset");
        boolean empty = dataset.equals(EMPTY_DATASET);
        if (!empty && !dataset.equals(DATASET)) {
            throw new Failed("invalid dataset");
        }
        String id = store(config, State.text(config, "tag"));
        link.text(text);
        TimeUnit.MILLISECONDS.sleep(STEP_MILLIS);
        if (empty) {
            throw new Failed(
                    "/bin/cp: could not copy /etc/resolv.conf to /zroot/kleene/image/%s/etc/resolv.conf: No such file or directory\n"
                            .formatted(id));
        }
        if (State.is(config, "method", "zfs-copy")) {
            String snapshot = "%s@%s".formatted(dataset, id);
            link.text(
                    "full send of %s estimated size is 2.10M\ntotal estimated size is 2.10M\nTIME        SENT   SNAPSHOT %s\n"
                            .formatted(snapshot, snapshot));
            TimeUnit.MILLISECONDS.sleep(STEP_MILLIS);
        }
        return id;
    }

    private String fetched(ObjectNode config, WebSocketLink link, boolean automatic)
            throws Failed, InterruptedException {
        String url = State.text(config, "url");
        boolean there = automatic
                || offered.contains(url)
                || (url.startsWith("file://") && Files.isRegularFile(Path.of(url.substring("file://".length()))));
        if (!there) {
            link.text("fetch: %s: Not Found\n".formatted(url));
            throw new Failed("could not fetch file from url");
        }
        link.text("\r/zroot/kleene/base.txz                   100% of  1342 kB  1342 kBps 00m00s");
        link.text("\r/zroot/kleene/base.txz                                1342 kB  1342 kBps    00s\r\n");
        link.text("Succesfully fetched base system.\n");
        link.text("Unpacking contents and creating image...\n");
        for (int files = 100; files < 1000; files += 100) {
            TimeUnit.MILLISECONDS.sleep(STEP_MILLIS / 8);
            link.text("Extracted %d files...\n".formatted(files));
        }
        link.text("Succesfully extracted binaries, creating image...\n");
        boolean autotag = automatic && config.path("autotag").asBoolean();
        String id = store(config, autotag ? "FreeBSD-14.1-RELEASE:latest" : State.text(config, "tag"));
        if (config.path("update").asBoolean()) {
            link.text("No updates are available to install.\n");
        }
        if (autotag) {
            link.text("Created image from the automatically detected version: FreeBSD-14.1-RELEASE amd64.\n");
        }
        return id;
    }

    /** The row is there before the data is. */
    private String store(ObjectNode config, String nametag) {
        String id = state.ids.next();
        images.addRow(id, nametag);
        if (!State.is(config, "zfs_dataset", EMPTY_DATASET)) {
            BaseSystem.copy(state.base(), state.imageTree(id, "image"));
        }
        return id;
    }

    /** Ends a link after a failure; text and close frame are lost together if the reason does not fit. */
    static void fail(WebSocketLink link, String reason) {
        byte[] close = JsonText.control("error", "image creation failed: " + reason, "");
        if (close.length > WebSocketLink.LONGEST_REASON) {
            link.drop();
        } else {
            link.text(reason.getBytes(StandardCharsets.UTF_8));
            link.close(1011, close);
        }
    }
}
