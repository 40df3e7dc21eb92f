package command

import (
	"io"

	"github.com/spf13/cobra"

	"github.com/zstack-go/zstack-go/examples/zs/internal/lang"
)

func (p *program) completion() *cobra.Command {
	return &cobra.Command{
		Use:   "completion bash|zsh|fish",
		Short: lang.S("Print the completion of a shell."),
		Long: lang.S("completion prints what a shell has to read to complete actions, parameters,\n" +
			"values and names of resources:\n\n" +
			"  bash   source <(zs completion bash), with the package bash-completion installed\n" +
			"  zsh    source <(zs completion zsh), behind compinit\n" +
			"  fish   zs completion fish | source"),
		Args:      want(1, 1, "bash|zsh|fish"),
		ValidArgs: []string{"bash", "zsh", "fish"},
		RunE: func(cmd *cobra.Command, args []string) error {
			root := cmd.Root()
			switch args[0] {
			case "bash":
				if err := root.GenBashCompletionV2(p.Out, true); err != nil {
					return err
				}
				_, err := io.WriteString(p.Out, bashEqualSigns)
				return err
			case "zsh":
				if err := root.GenZshCompletion(p.Out); err != nil {
					return err
				}
				// Sourced, the function has to be registered; read by compinit, it already is.
				_, err := io.WriteString(p.Out, "compdef _zs zs\n")
				return err
			case "fish":
				return root.GenFishCompletion(p.Out, true)
			}
			return usage("there is no completion for %q: want bash, zsh or fish", args[0])
		},
	}
}

// bashEqualSigns takes from candidates what stands before the last equal sign, which readline
// takes for a word of its own.
const bashEqualSigns = `
__zs_after_equal_sign()
{
    __start_zs "$@"
    local word=${COMP_LINE:0:COMP_POINT} i
    word=${word##*[[:space:]]}
    if [[ $COMP_WORDBREAKS == *=* && $word == *=* ]]; then
        for i in "${!COMPREPLY[@]}"; do
            COMPREPLY[i]=${COMPREPLY[i]#"${word%"${word##*=}"}"}
        done
    fi
}
complete -o default -F __zs_after_equal_sign zs
`
