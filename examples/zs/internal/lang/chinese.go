package lang

// chinese are the translations by their English formats. They take the same arguments in the
// same order.
var chinese = map[string]string{
	// What describe says.
	"\nExample:": "\n示例：",
	"\nFields of conditions (of those with an arrow, a dot and a field follow):": "\n可作查询条件的字段（带箭头的，后面接一个点和另一个字段）：",
	"\nParameters (* is required):":                                              "\n参数（* 为必填）：",
	"\nResult: %s":                                                               "\n返回：%s",
	"  It can run as a long job, too: --long-job.":                               "  也可以作为长任务运行：--long-job。",
	"  It deletes a resource, which can be recovered.":                           "  它会删除资源，删除后可以恢复。",
	"  It deletes a resource.":                                                   "  它会删除资源。",
	"  It extends %s.":                                                           "  继承自 %s。",
	"  It runs as a job, which zs call waits for.":                               "  异步任务，zs call 会等待它完成。",
	"  Since ZStack Cloud %s.":                                                   "  自 ZStack Cloud %s 起提供。",
	"A secret.":                                                                  "敏感信息。",
	"At least %v characters.":                                                    "至少 %v 个字符。",
	"At most %v characters.":                                                     "最多 %v 个字符。",
	"Default of the server: %s.":                                                 "服务端默认值：%s。",
	"Default: %s.":                                                               "默认值：%s。",
	"From %v.":                                                                   "最小 %v。",
	"Known values: %s.":                                                          "已知取值：%s。",
	"Matches: %s":                                                                "须匹配：%s",
	"Not empty.":                                                                 "不能为空。",
	"One of: %s.":                                                                "取值范围：%s。",
	"Since ZStack Cloud %s.":                                                     "自 ZStack Cloud %s 起提供。",
	"The UUID or the name of: %s.":                                               "以下资源的 UUID 或名称：%s。",
	"Up to %v.":                                                                  "最大 %v。",
	"with rows of %s: zs describe %s":                                            "每行是一个 %s：zs describe %s",
	"%v more: --limit %v":                                                        "还有 %v 条：--limit %v",

	// Help.
	"COMMAND":                "命令",
	"Commands:":              "命令：",
	"Examples:":              "示例：",
	"Flags of all commands:": "全局选项：",
	"Flags:":                 "选项：",
	"Usage:":                 "用法：",
	"default":                "默认",
	"flags":                  "选项",
	"show the version":       "显示版本",
	"show help":              "显示帮助",

	"Use ZStack from the command line.":                           "在命令行中使用 ZStack。",
	"Add a tag to a resource.":                                    "给资源添加标签。",
	"Call any action.":                                            "调用任意 API。",
	"End the session and forget it.":                              "退出登录，并删除保存的会话。",
	"Find actions by words.":                                      "按关键词查找 API。",
	"Find resources.":                                             "查询资源。",
	"List the tags of a resource.":                                "列出资源的标签。",
	"List, add and remove the tags of a resource.":                "列出、添加和移除资源的标签。",
	"Log in, and keep the session.":                               "登录并保存会话。",
	"Print the completion of a shell.":                            "输出 shell 的自动补全脚本。",
	"Remove a tag from a resource.":                               "移除资源的标签。",
	"Run a statement of ZQL, the query language of ZStack.":       "执行 ZQL（ZStack 查询语言）语句。",
	"Serve assistants by the Model Context Protocol.":             "通过 MCP（模型上下文协议）为 AI 助手提供服务。",
	"Show one resource.":                                          "查看一个资源。",
	"Show the help of a command.":                                 "显示命令的帮助。",
	"Tell what an action, a kind of resources or a data type is.": "说明 API、资源类型或数据类型。",
	"Tell what changes.":                                          "持续观察资源的变化。",
	"Wait for a job or a long job.":                               "等待任务或长任务结束。",

	"zs calls the API of ZStack: all of its actions, by their names, and what people\n" +
		"do most with less. Arguments are those of zstack-cli: QueryVmInstance\n" +
		"state=Running fields=uuid,name works as it is.": "zs 调用 ZStack 的 API：可以按名称调用全部 API，常用操作另有更简短的命令。\n" +
		"参数写法与 zstack-cli 相同：QueryVmInstance state=Running fields=uuid,name 可直接使用。",
	"call runs an action with its parameters, waits for its job, and prints the\n" +
		"result.\n\n" +
		"A list has commas between its elements, or its parameter is given several\n" +
		"times. Objects and lists of them are JSON. Where a parameter takes the UUID of\n" +
		"a resource, its name will do. Passwords that travel as hashes are hashed. zs\n" +
		"describe ACTION has the parameters.": "call 用给定的参数调用 API，等待任务完成，并输出结果。\n\n" +
		"列表用逗号分隔各元素，也可以多次给出同一参数。对象以及对象的列表用 JSON 书写。\n" +
		"需要资源 UUID 的参数也可以填资源名称。需要以哈希值传输的密码会自动计算哈希值。\n" +
		"参数说明见 zs describe ACTION。",
	"completion prints what a shell has to read to complete actions, parameters,\n" +
		"values and names of resources:\n\n" +
		"  bash   source <(zs completion bash), with the package bash-completion installed\n" +
		"  zsh    source <(zs completion zsh), behind compinit\n" +
		"  fish   zs completion fish | source": "completion 输出供 shell 读取的脚本，用于补全 API、参数、取值和资源名称：\n\n" +
		"  bash   source <(zs completion bash)，需安装 bash-completion 软件包\n" +
		"  zsh    source <(zs completion zsh)，放在 compinit 之后\n" +
		"  fish   zs completion fish | source",
	"describe tells what an action does, its parameters with their limits, values\n" +
		"and defaults, and what it returns. Of a kind it tells the fields that\n" +
		"conditions can have. Nothing of that asks a server. As JSON, an action is the\n" +
		"schema of its parameters.": "describe 说明 API 的作用、各参数的限制、取值和默认值，以及返回的内容；\n" +
		"对资源类型则说明可作查询条件的字段。这些都不需要访问服务端。\n" +
		"以 JSON 输出时，API 显示为其参数的 JSON Schema。",
	"login opens a session, or tries an access key, and keeps it in a file that\n" +
		"nobody else can read, with the address. The password is asked for, or read from\n" +
		"standard input, and is not kept. Where the environment has credentials\n" +
		"(ZSTACK_ACCOUNT and kin), no login is needed.": "login 打开一个会话（或验证 AccessKey），连同地址保存到只有本人可读的文件中。\n" +
		"密码在终端输入，或从标准输入读取，不会保存。\n" +
		"如果环境变量中已有凭据（ZSTACK_ACCOUNT 等），则无需登录。",
	"mcp serves the Model Context Protocol over standard input and output, for\n" +
		"assistants that start it as a server of their own. They can search and describe\n" +
		"all actions, query resources, and call actions; with --read-only nothing that\n" +
		"changes something. What is to be destroyed has to be named twice: by its UUID\n" +
		"and by its name. Secrets are hidden from them.": "mcp 通过标准输入输出提供 MCP 服务，由 AI 助手自行启动。\n" +
		"助手可以查找并了解全部 API、查询资源、调用 API；加上 --read-only 则不能做任何更改。\n" +
		"要销毁的资源必须同时给出 UUID 和名称。敏感信息对助手隐藏。",
	"query prints the resources of a kind that all conditions hold for: every one,\n" +
		"however many they are.\n\n" +
		"A condition is a field, an operator and a value. The operators are =, !=, >,\n" +
		">=, <, <=, ~= (contains, or a pattern with %% and _), !~=, ?= (one of several,\n" +
		"with commas between), !?=, =null and !=null. A field of an inner resource has a\n" +
		"dot: vmNics.ip=10.0.0.7. Quote what the shell would read: 'cpuNum>=4'.": "query 输出满足全部条件的某类资源，无论多少都会全部列出。\n\n" +
		"条件由字段、运算符和值组成。运算符有 =、!=、>、>=、<、<=、~=（包含，或带 %% 和 _ 的模式）、\n" +
		"!~=、?=（多个值之一，以逗号分隔）、!?=、=null 和 !=null。关联资源的字段用点连接：\n" +
		"vmNics.ip=10.0.0.7。shell 会解释的字符要加引号：'cpuNum>=4'。",
	"wait waits until a job has ended, which zs call --no-wait or another program\n" +
		"began, and prints its result. The server knows a job for three hours after its\n" +
		"end, and a long job until it is deleted.": "wait 等待由 zs call --no-wait 或其他程序发起的任务结束，并输出结果。\n" +
		"任务结束后服务端保留三小时；长任务则一直保留到被删除为止。",
	"watch prints the resources that the conditions of query select, and then a line\n" +
		"for each that appears (+), changes (~) or disappears (-), until it is\n" +
		"interrupted or the time of --timeout is over. As JSON, each line is an object.": "watch 先输出满足条件的资源（条件写法同 query），之后每当有资源出现（+）、变化（~）\n" +
		"或消失（-）就输出一行，直到被中断或超过 --timeout 的时间。以 JSON 输出时每行是一个对象。",

	// Flags. The words in backquotes name the values.
	"a `file` of parameters, JSON or YAML; - for standard input": "含参数的 JSON 或 YAML `文件`；- 表示标准输入",
	"a parameter `NAME=VALUE` that only the server knows":        "只有服务端认识的额外参数 `NAME=VALUE`",
	"a system tag, which the server acts on":                     "系统标签，由服务端处理",
	"give up after this `time`, such as 30s":                     "超过该`时间`（如 30s）即放弃等待",
	"print at most this `number` of actions":                     "最多输出的 API `数量`",
	"print at most this `number` of resources":                   "最多输出的资源`数量`",
	"print how many there are":                                   "只输出数量",
	"print the UUID of the job and do not wait for it":           "输出任务的 UUID，不等待其完成",
	"read the password or secret from standard input":            "从标准输入读取密码或密钥",
	"run the action as a long job":                               "作为长任务运行",
	"send nothing that changes something":                        "只读：不发送任何会造成更改的请求",
	"show the request of a change, and do not send it":           "只显示更改请求，不发送",
	"sort by a `field`; -field from the last to the first":       "按该`字段`排序；-字段 为倒序",
	"the `ID` of an access key":                                  "AccessKey 的 `ID`",
	"the `format`: table, json, yaml or csv":                     "输出`格式`：table、json、yaml 或 csv",
	"its `host`, as for zstack-cli":                              "管理节点`主机`，与 zstack-cli 相同",
	"the `name` of a user of the account":                        "账户下的`用户名`",
	"the `name` of an IAM2 virtual ID":                           "IAM2 虚拟 ID 的`名称`",
	"the `name` of the account; admin by default":                "账户`名称`，默认为 admin",
	"the `names` of the fields to look at, with commas between":  "要观察的`字段`，以逗号分隔",
	"the `names` of the fields to print, with commas between":    "要输出的`字段`，以逗号分隔",
	"the `port` beside --host":                                   "与 --host 配合的`端口`",
	"the `time` between two looks":                               "两次查询之间的`间隔`",
	"the `uid` of an entry in an LDAP directory":                 "LDAP 目录条目的 `uid`",
	"the management node: a `URL`, or host:port":                 "管理节点的 `URL`，或 host:port",
	"use a simulated management node inside the process":         "使用进程内的模拟管理节点",

	// What is done.
	"%s: under way":        "%s：进行中",
	"Logged out %s.":       "已退出登录：%s。",
	"Nobody is logged in.": "当前没有登录。",
	"Password of %s: ":     "%s 的密码：",
	"Removed %s.":          "已移除 %s。",
	"job":                  "任务",
	"long job":             "长任务",

	// What went wrong.
	", ": "、",
	"it is not known whether the change was made: look at the resource": "无法确定更改是否已生效：请查看该资源",
	"--port goes with --host":                                    "--port 须与 --host 一起使用",
	"%s cannot be %q":                                            "%s 的值不能是 %q",
	"an argument is no text in UTF-8: %q":                        "参数不是 UTF-8 文本：%q",
	"interrupted; the job, if it has begun, goes on: zs wait %s": "已中断；如果任务已经开始，它仍在继续：zs wait %s",
	"timed out; the job, if it has begun, goes on: zs wait %s":   "已超时；如果任务已经开始，它仍在继续：zs wait %s",
	"nobody has logged in to the management node: run zs login, or set ZSTACK_ACCOUNT and ZSTACK_PASSWORD": "尚未登录该管理节点：请执行 zs login，或设置 ZSTACK_ACCOUNT 和 ZSTACK_PASSWORD",
	"the parameters cannot be written as JSON":                                                             "参数无法写成 JSON",
	"there is nothing to log out of with --simulate, --dry-run or --read-only":                             "使用 --simulate、--dry-run 或 --read-only 时不能退出登录",
	"Logged in as %s. That is kept in %s.":                                                                 "已登录：%s。登录信息保存在 %s。",
	"zs: %s":                                                                                               "zs：%s",
	"%q is not a condition: want a field, an operator and a value, such as state=Running":                  "%q 不是条件：应为字段、运算符和值，例如 state=Running",
	"%q is not a parameter and its value, such as name=web":                                                "%q 不是“参数=值”的形式，例如 name=web",
	"%q is not the UUID of a job":                                                                          "%q 不是任务的 UUID",
	"%s can be read by others: run chmod 600 on it, and log in again if others may have read it":           "%s 可被他人读取：请执行 chmod 600；如果可能已被他人读取，请重新登录",
	"%s has no parameter %s":                                                                               "%s 没有参数 %s",
	"%s has no parameter %s; it has %s":                                                                    "%s 没有参数 %s；它的参数有 %s",
	"%s has no parameters as JSON or YAML":                                                                 "%s 中没有 JSON 或 YAML 格式的参数",
	"%s has no tags":                                                                                       "%s 没有标签",
	"%s is not a file of zs login: remove it and log in again":                                             "%s 不是 zs login 保存的文件：请删除后重新登录",
	"%s is not known as a field of %s; these are: %s":                                                      "%s 不是 %s 的已知字段；已知字段有：%s",
	"%s prints one result, which %s cannot show: want json or yaml":                                        "%s 输出的是单个结果，不能以 %s 显示：请用 json 或 yaml",
	"--output is %q, want one of %s":                                                                       "--output 为 %q，应为 %s 之一",
	"--user goes with --account alone":                                                                     "--user 只能与 --account 一起使用",
	"did you mean %s?":                                                                                     "是否想用 %s？",
	"interrupted":                                                                                          "已中断",
	"interrupted; the job goes on: zs wait %s":                                                             "已中断；任务仍在继续：zs wait %s",
	"no action is about %q":                                                                                "没有与 %q 有关的 API",
	"no resource of the kind %s is named %q":                                                               "没有类型为 %s、名称为 %q 的资源",
	"several resources of the kind %s are named %q: give the UUID (%s)":                                    "类型为 %s、名称为 %q 的资源不止一个：请给出 UUID（%s）",
	"the account may not do this":                                                                          "账户没有权限",
	"the action has no parameter %s":                                                                       "该 API 没有参数 %s",
	"the flag --%s cannot be %q":                                                                           "选项 --%s 的值不能是 %q",
	"the flag --%s needs a value":                                                                          "选项 --%s 需要一个值",
	"the long job %s ended as %s: %s":                                                                      "长任务 %s 以 %s 结束：%s",
	"the parameter %s does not match its pattern":                                                          "参数 %s 的格式不符合要求",
	"the parameter %s has a value of the wrong kind":                                                       "参数 %s 的值类型不对",
	"the parameter %s has a value that is not allowed":                                                     "参数 %s 的值不在允许范围内",
	"the parameter %s is out of its range":                                                                 "参数 %s 超出范围",
	"the management node does not answer; looking again in %v":                                             "管理节点没有响应；%v 后再次查询",
	"the management node cannot be reached":                                                                "无法连接管理节点",
	"the parameter %s is required":                                                                         "缺少必填参数 %s",
	"the parameter %s is too long":                                                                         "参数 %s 过长",
	"the quota of the account does not allow this":                                                         "账户配额不足",
	"the resource has no tag %q":                                                                           "该资源没有标签 %q",
	"the server does not accept the name and password, or the key":                                         "服务端不接受该用户名和密码，或该 AccessKey",
	"the server refused the call, or failed (%s)":                                                          "服务端拒绝了请求，或执行失败（%s）",
	"the session has ended: run zs login again":                                                            "会话已失效：请重新执行 zs login",
	"the session of %s has ended: run zs login again":                                                      "%s 的会话已失效：请重新执行 zs login",
	"timed out":                                                                            "已超时",
	"timed out; the job goes on: zs wait %s":                                               "已超时；任务仍在继续：zs wait %s",
	"the value of %s cannot be read as JSON of type %s":                                    "无法将 %s 的值解析为 %s 类型的 JSON",
	"there is no command %q":                                                               "没有命令 %q",
	"there is no command and no action %q":                                                 "没有名为 %q 的命令或 API",
	"there is no completion for %q: want bash, zsh or fish":                                "没有 %q 的补全脚本：支持 bash、zsh 和 fish",
	"there is no flag %s":                                                                  "没有选项 %s",
	"there is no kind of resources %q":                                                     "没有资源类型 %q",
	"there is no management node: give --endpoint, or set ZSTACK_ENDPOINT":                 "未指定管理节点：请使用 --endpoint，或设置 ZSTACK_ENDPOINT",
	"there is no management node: run zs login, set ZSTACK_ENDPOINT, or try --simulate":    "未指定管理节点：请执行 zs login、设置 ZSTACK_ENDPOINT，或使用 --simulate 试用",
	"there is no password: type it on a terminal, or use --password-stdin":                 "没有密码：请在终端输入，或使用 --password-stdin",
	"there is no such resource":                                                            "没有这个资源",
	"there is nothing to log in to with --simulate, --dry-run or --read-only":              "使用 --simulate、--dry-run 或 --read-only 时不能登录",
	"want one of --account, --ldap, --iam2 and --access-key":                               "--account、--ldap、--iam2 和 --access-key 只能使用其中一个",
	"it is not known whether the change was made: look at the resource, or run zs wait %s": "无法确定更改是否已生效：请查看该资源，或执行 zs wait %s",
	"wrong number of arguments; usage: %s":                                                 "参数个数不对；用法：%s",
	"this would change something, and zs is in read-only mode":                             "当前为只读模式，而该操作会造成更改",
}
