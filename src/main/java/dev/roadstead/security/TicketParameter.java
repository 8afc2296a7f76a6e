package dev.roadstead.security;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.http.server.reactive.HttpHandlerDecoratorFactory;
import reactor.util.context.ContextView;

/**
 * Takes {@code ticket} off every request's query before anything else sees the request: no log line, problem, measurement or handler can
 * tell it. Only the Reactor context still has it.
 */
public final class TicketParameter implements HttpHandlerDecoratorFactory {
    /** The parameter's name. */
    public static final String NAME = "ticket";

    private static final Object KEY = TicketParameter.class;

    @Override
    public HttpHandler apply(HttpHandler inner) {
        return (request, response) -> {
            String query = request.getURI().getRawQuery();
            if (query == null) {
                return inner.handle(request, response);
            }
            List<String> tickets = new ArrayList<>();
            List<String> others = new ArrayList<>();
            for (String parameter : TicketTarget.parameters(query)) {
                if (TicketTarget.name(parameter).equals(NAME)) {
                    tickets.add(TicketTarget.value(parameter));
                } else {
                    others.add(parameter);
                }
            }
            if (tickets.isEmpty()) {
                return inner.handle(request, response);
            }
            // Who presents several presents none.
            String ticket = tickets.size() == 1 ? tickets.getFirst() : "";
            return inner.handle(
                            request.mutate()
                                    .uri(withQuery(request.getURI(), String.join("&", others)))
                                    .build(),
                            response)
                    .contextWrite(context -> context.put(KEY, ticket));
        };
    }

    /** What the request had; empty for an odd one, null for none. */
    static @Nullable String of(ContextView context) {
        return context.getOrDefault(KEY, null);
    }

    private static URI withQuery(URI uri, String query) {
        String whole = uri.toString();
        String path = whole.substring(0, whole.indexOf('?'));
        return URI.create(query.isEmpty() ? path : path + "?" + query);
    }
}
