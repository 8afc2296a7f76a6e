package dev.roadstead.adapter.kleened.standin;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** The stage of each recording: the commands behind its execs, and what the recorder did and did not write down. */
final class Stages {
    private static final String SLEEP = "{'cmd':['/bin/sleep','200']}";
    private static final String STUBBORN = "'cmd':['/bin/sh','-c','trap : TERM; while true; do sleep 1; done']";

    private Stages() {}

    /** Sets the stage; fails for a recording nobody has thought of. */
    static Stage of(String name) {
        Stage stage = find(name);
        if (stage == null) {
            throw new IllegalArgumentException("no stage: " + name);
        }
        return stage;
    }

    /** The stage of a recording; null for one nobody has thought of. */
    static @Nullable Stage find(String name) {
        Stage stage = new Stage(Recording.of(name));
        switch (name) {
            case "00-http-basics" -> basics(stage);
            case "10-images-create-ws", "20-networks", "30-volumes" -> {}
            case "11-images-create-ws-edge" ->
                stage.ids(0, "9d7ea88056aa")
                        .ids(4, "baa706a21210")
                        .before(
                                0,
                                on -> on.images(
                                        Recording.of("10-images-create-ws").answer(17)));
            case "21-networks-connect" -> connect(stage);
            case "22-networks-ambiguous" ->
                stage.withImages("a05c11ccda46", "FreeBSD:testing")
                        .before(0, on -> on.container("fd4efa07f57b", "{'image':'FreeBSD:testing'}"));
            case "31-volumes-in-use" ->
                stage.withImages("a05c11ccda46", "FreeBSD:testing")
                        .before(0, on -> {
                            on.container(
                                    "7a7b13550625",
                                    "{'name':'volc','image':'FreeBSD:testing','cmd':['/bin/sleep','300'],"
                                            + "'mounts':[{'type':'volume','source':'shared1','destination':'/data'}]}");
                            on.volume("vol1");
                        })
                        .before(4, on -> on.run("7a7b13550625"));
            case "40-containers" ->
                stage.withImages("04893beefe50", "FreeBSD:testing")
                        .ids(19, "71fe671d3a92")
                        .ids(33, "373183a0f975")
                        .before(62, on -> on.run("fddda4e2bb98"));
            case "41-containers-null-and-mounts" ->
                stage.withImages("0974d6a2bbaf", "FreeBSD:testing")
                        .before(
                                0,
                                on -> on.containers(
                                        stage.recording.answer(17).path(7),
                                        stage.recording.answer(17).path(6)))
                        .before(19, on -> on.exec("bacbc782f149", "bfb0d1559a88", "{}"))
                        .before(20, on -> on.exec("ade77706050f", "bfb0d1559a88", "{}"))
                        .before(24, on -> on.exec("cd163e6a6a1a", "d44a491fca50", "{}"));
            case "50-exec-rest" -> execRest(stage);
            case "51-exec-start-ws" -> ExecStages.start(stage);
            case "52-exec-tty-ws" -> ExecStages.tty(stage);
            case "60-images-build-ws" -> build(stage);
            case "61-images-rest" -> imagesRest(stage);
            case "70-ws-idle-timeout" -> idle(stage);
            case "80-daemon-restart" -> restart(stage);
            case "90-docs-example" -> stage.before(0, Stages::twoImages);
            default -> {
                return null;
            }
        }
        return stage;
    }

    private static void twoImages(Stage stage) {
        stage.images(Recording.of("70-ws-idle-timeout").answer(10));
    }

    private static void basics(Stage stage) {
        stage.faster(5).before(0, Stages::twoImages);
    }

    private static void connect(Stage stage) {
        stage.withImages("a05c11ccda46", "FreeBSD:testing")
                .ids(0, "a338e6f28501")
                .ids(5, "8f1bab952f20")
                .ids(21, "5f006b092d58")
                .ids(22, "bfec5cda2d39")
                .ids(37, "9bb99bdc589b")
                .before(0, on -> {
                    for (Map.Entry<String, String> one : Map.of(
                                    "9aa1efdbf74d", "ipnet",
                                    "dfb852201517", "ipnet",
                                    "c6d4b65e3641", "ipnet",
                                    "3f6ff017cb8a", "host",
                                    "ee0732a495a3", "disabled",
                                    "8866ea3c0e67", "vnet",
                                    "a21d496cde4b", "vnet",
                                    "874dcae72a35", "vnet")
                            .entrySet()) {
                        String name = Map.of("9aa1efdbf74d", "ipnet1", "8866ea3c0e67", "vnet1")
                                .getOrDefault(one.getKey(), "c" + one.getKey());
                        on.container(
                                one.getKey(),
                                "{'name':'%s','image':'FreeBSD:testing','cmd':['/bin/sleep','300'],'network_driver':'%s'}"
                                        .formatted(name, one.getValue()));
                    }
                    on.network(
                            "3a464534b98c",
                            "{'name':'lonet','type':'loopback','subnet':'10.14.0.0/24','subnet6':'fd00:14::/64'}");
                    on.network(
                            "cb988fb7df27",
                            "{'name':'brnet','type':'bridge','subnet':'10.15.0.0/30','gateway':'<auto>'}");
                    on.network("60e7ddc1d7f5", "{'name':'nosubnet','type':'loopback'}");
                    on.network(
                            "3466f024315e",
                            "{'name':'brnet2','type':'bridge','subnet':'10.16.0.0/24','gateway':'<auto>'}");
                })
                .before(27, on -> on.run("8866ea3c0e67"))
                .before(30, on -> on.run("9aa1efdbf74d"))
                .before(32, on -> {
                    on.stop("8866ea3c0e67");
                    on.stop("9aa1efdbf74d");
                });
    }

    private static void execRest(Stage stage) {
        String stubborn = "{'image':'FreeBSD:testing'," + STUBBORN + "}";
        stage.withImages("04893beefe50", "FreeBSD:testing")
                .faster(10)
                .before(
                        0,
                        on -> on.container(
                                "f6af6dc8d192",
                                "{'name':'execrest','image':'FreeBSD:testing','cmd':['/bin/sleep','600']}"))
                .before(17, on -> on.exec("5c957e36f812", "f6af6dc8d192", "{}"))
                .before(19, on -> {
                    on.exec("9083de0097ee", "f6af6dc8d192", "{}");
                    on.start("9083de0097ee");
                })
                .before(23, on -> {
                    on.run("f6af6dc8d192");
                    on.exec("836ef3bca438", "f6af6dc8d192", SLEEP);
                    on.start("836ef3bca438");
                })
                .before(24, on -> {
                    on.exec("e2dbddf83b13", "f6af6dc8d192", SLEEP);
                    on.start("e2dbddf83b13");
                })
                .before(26, on -> {
                    on.exec("11e2fd9cd527", "f6af6dc8d192", "{" + STUBBORN + "}");
                    on.start("11e2fd9cd527");
                    Replay.pause(400);
                })
                .before(27, on -> on.await(() -> !on.parts().jails().runs("f6af6dc8d192")))
                .before(28, on -> {
                    on.container("fb23f94011c5", stubborn);
                    on.run("fb23f94011c5");
                    Replay.pause(400);
                });
    }

    private static void build(Stage stage) {
        stage.withImages("c00bf989cc55", "FreeBSD:testing")
                .faster(4)
                .before(0, Stages::contexts)
                .before(32, on -> on.await(() -> on.parts().state().container("72c9324a7168") == null))
                .before(35, on -> on.await(() -> on.parts().state().image("slow:4") != null))
                .ids(34, "feb3df4d1a79", "483dd0b92431");
    }

    private static void imagesRest(Stage stage) {
        stage.before(0, on -> {
                    on.images(stage.recording.answer(0));
                    for (String child : new String[] {
                        "d4b846ecb6ca",
                        "6ca5e6df0bab",
                        "6f3a7cce1666",
                        "7d80940ef330",
                        "5ec29538c7aa",
                        "8824418690bc",
                        "acaa4a404c71",
                        "2e2bf68a7169",
                        "929af6cc3e26",
                        "feb3df4d1a79"
                    }) {
                        on.parent(child, "c00bf989cc55");
                    }
                    on.parent("32ade0662827", "d4b846ecb6ca");
                    on.container("f06e41516305", "{'image':'simple'}");
                })
                .before(24, on -> on.parts().containers().drop("f06e41516305"));
    }

    private static void idle(Stage stage) {
        String ticks = "{'cmd':['/bin/sh','-c','i=0; while true; do i=$((i+1)); echo tick $i; sleep 10; done']}";
        stage.withImages("0974d6a2bbaf", "FreeBSD:testing")
                .faster(10)
                .before(0, on -> {
                    contexts(on);
                    on.container(
                            "cc0ef3b95cd2", "{'name':'idlec','image':'FreeBSD:testing','cmd':['/bin/sleep','9000']}");
                    on.run("cc0ef3b95cd2");
                    on.exec("61b6714ca2fb", "cc0ef3b95cd2", "{'cmd':['/bin/sleep','95']}");
                    on.exec("a5c848f5771f", "cc0ef3b95cd2", "{'cmd':['/bin/sleep','500']}");
                    on.exec("a74dc9a3fd04", "cc0ef3b95cd2", ticks);
                })
                // The row tells how long it sleeps as recorded; it must outlast a replay in which sleeps are shorter.
                .before(6, on -> {
                    ObjectNode row = on.parts().state().container("cc0ef3b95cd2");
                    if (row != null) {
                        row.set("cmd", Stage.json("['/bin/sleep','900']"));
                    }
                });
    }

    private static void restart(Stage stage) {
        stage.withImages("0974d6a2bbaf", "FreeBSD:testing")
                .before(0, on -> {
                    String sleep = "'image':'FreeBSD:testing','cmd':['/bin/sleep','700']}";
                    on.container("6ce3486364ec", "{'name':'survivor'," + sleep);
                    on.container("757c54723623", "{'name':'onstart','restart_policy':'on-startup'," + sleep);
                    on.run("6ce3486364ec");
                    on.exec("c573f424ac92", "6ce3486364ec", SLEEP);
                    on.exec("356bde4164c1", "6ce3486364ec", SLEEP);
                })
                .meanwhile(1, on -> on.standIn().down())
                .before(3, on -> on.standIn().up());
    }

    private static void contexts(Stage stage) {
        Path contexts = stage.parts().state().directory.resolve("contexts");
        String from = "FROM FreeBSD:testing\n";
        try {
            Files.createDirectories(contexts.resolve("ok/sub"));
            Files.writeString(contexts.resolve("ok/app.txt"), "an application\n");
            for (Map.Entry<String, String> file : Map.ofEntries(
                            Map.entry("ok/Dockerfile", """
                                    ARG BASE=FreeBSD
                                    FROM ${BASE}:testing
                                    ARG WHO=world
                                    ENV GREETING="hello there"
                                    USER root
                                    WORKDIR /srv/app
                                    COPY app.txt sub .
                                    RUN echo "$GREETING $WHO" > greeting.txt && cat greeting.txt
                                    RUN ["/bin/ls", "/srv/app"]
                                    USER www
                                    CMD ["/bin/cat", "/srv/app/greeting.txt"]
                                    """),
                            Map.entry("simple/Dockerfile", from + "CMD /bin/sleep 10\n"),
                            Map.entry("simple/Other", from + "CMD /bin/sleep 10\n"),
                            Map.entry("fail/Dockerfile", from + "RUN echo fine\nRUN ls /notexist\nCMD /bin/ls\n"),
                            Map.entry("lonely/Dockerfile", from + "RUN ls /notexist\n"),
                            Map.entry("bad/Dockerfile", from + "FOO bar\n"),
                            Map.entry("nofrom/Dockerfile", "RUN echo x\n" + from),
                            Map.entry("noparent/Dockerfile", "FROM NoSuch:image\nCMD /bin/ls\n"),
                            Map.entry("envfail/Dockerfile", from + "ENV 1BAD=x\n"),
                            Map.entry("slow/Dockerfile", from + "RUN echo b''egin; sleep 4; echo end\n"),
                            Map.entry(
                                    "long/Dockerfile",
                                    from + "RUN for i in 1 2 3 4 5 6 7 8; do echo part $i; sleep 10; done\n"))
                    .entrySet()) {
                Path path = contexts.resolve(file.getKey());
                Files.createDirectories(path.getParent());
                Files.writeString(path, file.getValue());
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        stage.standIn().mapHostPath("/tmp/kleened-ctx", contexts);
    }
}
