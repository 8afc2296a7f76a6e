package dev.roadstead.adapter.kleened.standin;

/** The commands behind the recorded execs: the recordings tell their ids and what came out. */
final class ExecStages {
    private static final String EXA = "17c5672b786d";
    private static final String TTY = "52aaaaaaaaaa";
    private static final String SLEEP = "{'cmd':['/bin/sleep','200']}";

    private ExecStages() {}

    private static void exec(Stage stage, int exchange, String id, String config) {
        stage.before(exchange, on -> on.exec(id, EXA, config));
    }

    private static String shell(String script) {
        return "{'cmd':['/bin/sh','-c','%s']}".formatted(script);
    }

    static void start(Stage stage) {
        stage.withImages("04893beefe50", "FreeBSD:testing").before(0, on -> {
            on.container(
                    EXA,
                    "{'name':'exa','image':'FreeBSD:testing','cmd':['/bin/sh','-c','echo to-stdout; echo to-stderr >&2; exit 0']}");
            on.exec("d225c3ef21ef", EXA, "{}");
        });
        exec(stage, 1, "02cd72439e32", shell("echo failing; exit 3"));
        exec(stage, 2, "2a60b2238add", "{'cmd':['/bin/nosuch']}");
        exec(stage, 3, "ab96feb0b188", "{'user':'bob'}");
        stage.before(4, on -> {
            // The recorded line shows no variables, so they are the container's, as the words of another command.
            on.exec("dd2d08bc5efb", EXA, "{'env':['A=1','B=a b'],'cmd':['/bin/sh','-c','echo $A $B; whoami; pwd']}");
        });
        exec(stage, 5, "469db04604de", SLEEP);
        exec(stage, 8, "f9c73dc9441f", "{'cmd':['/bin/echo','second']}");
        exec(stage, 9, "895a527a34fc", shell("exit 3"));
        exec(stage, 10, "21111556594f", "{'cmd':['/bin/echo','x']}");
        exec(stage, 11, "47552fbb3ce8", "{'cmd':['nosuchcmd']}");
        exec(stage, 12, "f4f14218950b", "{'user':'bob','cmd':['/bin/ls']}");
        exec(stage, 13, "694ee1b1a7ae", shell("kill -9 $$"));
        exec(stage, 14, "8af940bb5771", "{'cmd':['/bin/cat']}");
        exec(stage, 15, "d62706078066", "{'cmd':['/bin/sh']}");
        exec(stage, 16, "7cb518bca0dd", shell("printf \\\"ab\\\\377\\\\376cd\\\""));
        exec(stage, 17, "470a05a03f7d", shell("printf \\\"\\\\303\\\"; sleep 1; printf \\\"\\\\251\\\\n\\\""));
        exec(stage, 18, "fbf6dc351e62", shell("head -c 300000 /dev/zero | tr \\\"\\\\000\\\" x"));
        exec(stage, 19, "fd7ffeac632c", "{'cmd':['/bin/sleep','2']}");
        exec(stage, 20, "d8f314904767", SLEEP);
        stage.meanwhile(20, on -> on.stopExec("d8f314904767", true, false));
        exec(stage, 21, "ee33bb02b1e8", SLEEP);
        stage.meanwhile(21, on -> on.stopExec("ee33bb02b1e8", false, false));
        exec(stage, 22, "707ab7960a82", SLEEP);
        exec(stage, 24, "46aacac345ee", SLEEP);
        stage.before(25, on -> on.await(() -> on.parts().execs().find("46aacac345ee") == null));
        exec(stage, 26, "a2a1a6bcb46f", SLEEP);
        stage.meanwhile(26, on -> on.stop(EXA));
        exec(stage, 27, "50486c9c24ac", "{'cmd':['/bin/sleep','205']}");
        stage.meanwhile(27, on -> on.stop(EXA));
        exec(stage, 28, "8cc9efa5db6f", SLEEP);
        stage.meanwhile(28, on -> on.stopExec("8cc9efa5db6f", false, true));
        exec(stage, 29, "25cad6f895c8", SLEEP);
        stage.before(31, on -> {
            on.stop(EXA);
            on.exec("1253bbc414b8", EXA, "{'cmd':['/bin/sh','/etc/rc']}");
        });
        stage.before(32, on -> {
            on.stop(EXA);
            on.exec("b037982dcb3b", EXA, "{'cmd':['/bin/echo','once']}");
        });
        stage.before(35, on -> {
            on.container("51aaaaaaaaaa", "{'image':'FreeBSD:testing'}");
            on.exec("c24017a68a6e", "51aaaaaaaaaa", "{}");
            on.parts().containers().drop("51aaaaaaaaaa");
        });
        exec(stage, 51, "03c871e14261", "{'cmd':['/bin/echo','tcp']}");
        exec(stage, 52, "42f34bda928b", "{'cmd':['/bin/echo','tls']}");
        exec(stage, 53, "540c5e03e5f5", "{'cmd':['/bin/echo','tls']}");
    }

    private static void tty(Stage stage, int exchange, String id, String cmd) {
        stage.before(exchange, on -> on.exec(id, TTY, "{'tty':true,'cmd':[%s]}".formatted(cmd)));
    }

    static void tty(Stage stage) {
        stage.withImages("04893beefe50", "FreeBSD:testing").before(0, on -> {
            on.container(TTY, "{'image':'FreeBSD:testing','cmd':['/bin/sleep','300']}");
            on.exec("1163b40a7183", TTY, "{'tty':true,'cmd':['/usr/bin/tty']}");
        });
        stage.before(1, on -> on.exec("7216b16becb6", TTY, "{'cmd':['/usr/bin/tty']}"));
        tty(stage, 2, "2b95cb5243b9", "'/bin/sh'");
        stage.before(3, on -> {
            on.run(TTY);
            on.exec("4ddef4d10883", TTY, "{'tty':true,'cmd':['/bin/sh']}");
        });
        tty(stage, 4, "8302c702c388", "'/bin/sh'");
        stage.beforeInterrupt(4, on -> on.await(() -> on.parts().jails().isAtTerminal(TTY, "sleep\u0000100")));
        tty(stage, 5, "bbed36fe08f2", "'/bin/sh','-c','cat > /dev/null'");
        tty(stage, 6, "05fb0c5f699d", "'/bin/stty','-a'");
        tty(stage, 7, "a76554be5143", "'/bin/sh','-c','echo TERM=$TERM'");
        tty(stage, 8, "89fe9cd34343", "'nosuchcmd'");
        tty(stage, 9, "03e6ca5a2fc9", "'/bin/sleep','200'");
        stage.meanwhile(9, on -> on.stopExec("03e6ca5a2fc9", false, false));
        tty(stage, 10, "75911ef99bb5", "'/bin/sleep','200'");
        stage.meanwhile(10, on -> on.stopExec("75911ef99bb5", true, false));
        tty(stage, 11, "2863216be57f", "'/bin/sleep','200'");
    }
}
