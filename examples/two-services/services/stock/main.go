// Stock tells what is there of each product.
package main

import (
	"context"
	"encoding/json"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func env(name, otherwise string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return otherwise
}

func main() {
	version := env("SERVICE_VERSION", "unknown")
	mux := http.NewServeMux()
	mux.HandleFunc("/stock/health", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Version", version)
		w.WriteHeader(http.StatusOK)
	})
	mux.HandleFunc("/stock", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]int{"cat trees": 3, "scratching posts": 9})
	})
	server := &http.Server{
		Addr:              net.JoinHostPort(env("HOST", ""), env("PORT", "8080")),
		Handler:           mux,
		ReadHeaderTimeout: 5 * time.Second,
	}
	go func() {
		stop := make(chan os.Signal, 1)
		signal.Notify(stop, syscall.SIGTERM)
		<-stop
		_ = server.Shutdown(context.Background())
	}()
	if err := server.ListenAndServe(); err != http.ErrServerClosed {
		log.Fatal(err)
	}
}
