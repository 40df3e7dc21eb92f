package main

import (
	"flag"
	"fmt"
	"log"
	"os"
)

func main() {
	log.SetFlags(0)
	check := flag.Bool("check", false, "fail unless everything is as docs/architecture.md says")
	calls := flag.Bool("calls", false, "run a query and an asynchronous call, and list the functions that they pass through")
	dir := flag.String("dir", ".", "the root of the module")
	flag.Parse()
	if *calls {
		for _, call := range []string{"query", "async"} {
			passed, err := passedBy(*dir, call)
			if err != nil {
				log.Fatal(err)
			}
			passed.print(os.Stdout, call)
		}
		return
	}
	m, err := measure(*dir)
	if err != nil {
		log.Fatal(err)
	}
	m.print(os.Stdout)
	if *check {
		problems := m.problems()
		for _, p := range problems {
			fmt.Println("problem:", p)
		}
		if len(problems) > 0 {
			os.Exit(1)
		}
	}
}
