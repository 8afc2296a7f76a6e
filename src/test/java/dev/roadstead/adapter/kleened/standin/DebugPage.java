package dev.roadstead.adapter.kleened.standin;

import java.util.TreeMap;

/** What a failing daemon shows: a stack trace and the headers of the request, as text or as a large HTML page. */
final class DebugPage {
    private static final int HTML_LENGTH = 98_500;

    private DebugPage() {}

    static Answer of(Request request, Answer.Crash crash) {
        String title = "%s at %s %s".formatted(crash.title(), request.method(), request.path());
        String accept = request.header("accept");
        if (accept.contains("text/html") || accept.contains("*/*")) {
            return Answer.page(crash.status(), "text/html; charset=utf-8", html(title, crash));
        }
        return Answer.page(crash.status(), "text/markdown; charset=utf-8", markdown(title, request, crash));
    }

    private static String markdown(String title, Request request, Answer.Crash crash) {
        StringBuilder page = new StringBuilder("# ").append(title).append("\n\nException:\n\n    ** ");
        page.append(crash.exception()).append('\n');
        page.append("        (kleened 0.1.1) deps/plug/lib/plug/debugger.ex:155: Kleened.API.Router.call/2\n");
        page.append("    \n\n## Connection details\n\n### Params\n\n    %{}\n\n### Request info\n\n");
        page.append("  * URI: http://localhost:80").append(request.path()).append('\n');
        page.append("  * Query string: ").append(request.query()).append("\n\n### Headers\n  \n");
        new TreeMap<>(request.headers()).forEach((name, value) -> page.append("  * %s: %s\n".formatted(name, value)));
        return page.append("\n### Session\n\n    nil\n").toString();
    }

    static Answer html(Request request, Answer.Crash crash) {
        String title = "%s at %s %s".formatted(crash.title(), request.method(), request.path());
        return Answer.page(crash.status(), "text/html; charset=utf-8", html(title, crash));
    }

    private static String html(String title, Answer.Crash crash) {
        String head = "<!DOCTYPE html>\n<html><head><title>%s</title></head><body><pre>** %s</pre><!-- "
                .formatted(title, crash.exception());
        return head + "x".repeat(Math.max(0, HTML_LENGTH - head.length())) + " --></body></html>";
    }
}
