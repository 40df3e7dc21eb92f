// Terraform-resource is a Terraform provider with one resource, zstack_vm; without arguments it runs against a simulated node.
//
// Without configuration it plays Terraform's part itself: it drives the provider through the
// plugin protocol, against a simulated management node inside the process, and prints what
// happens to a VM that is created, changed, imported and destroyed. No terraform is needed:
//
//	go run .
//
// Terraform starts it as a provider, which the variable TF_PLUGIN_MAGIC_COOKIE tells. The
// README says how to try that. With ZSTACK_ENDPOINT or ZSTACK_HOST set it asks for terraform,
// which is what names the VMs to work on, and sends nothing to that management node.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"time"

	tf "github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/zstack-go/zstack-go/examples/internal/example"
	"github.com/zstack-go/zstack-go/examples/terraform-resource/provider"
)

// address is the source of the provider in configurations of Terraform, and what dev_overrides
// name. Its host is one that no registry has, since the provider is published nowhere.
const address = "terraform.local/zstack-go/zstack"

const usage = `usage: terraform-resource [-h]

Without arguments it shows what the provider does: it creates, changes, imports and destroys
a VM on a simulated management node inside the process. No terraform is needed.

Started by terraform (TF_PLUGIN_MAGIC_COOKIE is set), it serves the provider.

With ZSTACK_ENDPOINT or ZSTACK_HOST set and no terraform, it sends nothing to that management
node, and prints what to do instead.
`

const withTerraform = `This is a provider, and it is terraform that names the VMs to work on: nothing was sent to the
management node that ZSTACK_ENDPOINT or ZSTACK_HOST names. To use it there:

  go build -o terraform-provider-zstack .
  cat > dev.tfrc <<EOF
  provider_installation {
    dev_overrides { "terraform.local/zstack-go/zstack" = "$PWD" }
    direct {}
  }
  EOF
  export TF_CLI_CONFIG_FILE=$PWD/dev.tfrc
  terraform plan    # in a directory with a configuration: the README has one

Without the variable, this shows what the provider does on a simulated management node.
`

func main() {
	if os.Getenv("TF_PLUGIN_MAGIC_COOKIE") != "" {
		if err := serve(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	status := run(ctx, os.Stdout, os.Stderr, os.Args[1:])
	stop()
	os.Exit(status)
}

// serve serves the provider until terraform is done with it. Terraform stops what is under
// way by the protocol, and not by a signal.
func serve() error {
	p := provider.New()
	err := providerserver.Serve(context.Background(), func() tf.Provider { return p }, providerserver.ServeOpts{Address: address})
	ctx, cancel := context.WithTimeout(context.Background(), time.Second) // Terraform waits for two.
	defer cancel()
	_ = p.Close(ctx) // A session that is not left ends by itself.
	return err
}

// run is the program when it was not started by terraform. It returns the exit status.
func run(ctx context.Context, stdout, stderr io.Writer, args []string) int {
	flags := flag.NewFlagSet("terraform-resource", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	switch err := flags.Parse(args); {
	case err == flag.ErrHelp:
		fmt.Fprint(stdout, usage)
		return 0
	case err != nil || flags.NArg() > 0:
		fmt.Fprint(stderr, usage)
		return 2
	}
	if !example.Simulated() {
		fmt.Fprint(stdout, withTerraform)
		return 0
	}
	if err := demonstrate(ctx, stdout); err != nil {
		fmt.Fprintln(stderr, err)
		return 1
	}
	return 0
}
