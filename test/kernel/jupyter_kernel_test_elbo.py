"""Jupyter's own conformance tests, with samples in TypeScript for every one of them.

Run by jupyter-kernel-test.test.ts, which provides the kernelspec.
"""
import unittest

import jupyter_kernel_test


# Guards against a kernel that hangs; the default of 15 s is too short for a busy machine.
jupyter_kernel_test.TIMEOUT = 300


class ElboLabKernelTests(jupyter_kernel_test.KernelTests):
    kernel_name = "tslab"
    language_name = "typescript"
    file_extension = ".ts"

    code_hello_world = 'console.log("hello, world")'
    code_stderr = 'console.error("oops")'
    completion_samples = [
        {"text": "Array.isA", "matches": {"isArray"}},
        {"text": "Number.MAX_S", "matches": {"MAX_SAFE_INTEGER"}},
        {"text": '"😀".trimE', "matches": {"trimEnd"}},
    ]
    complete_code_samples = ["1", "const a: number = 1;", "function f() {\n  return 1;\n}", "await f()"]
    incomplete_code_samples = ["function f() {", "const a = [1,", "const s = `one\n", "/* a comment"]
    invalid_code_samples = ["const 3 = 4; }", "function (]", "class { { ] }"]
    code_page_something = 'page("a text for the pager")'
    code_generate_error = 'throw new Error("on purpose")'
    code_execute_result = [
        {"code": "6 * 7", "result": "42"},
        {"code": "[1, 2, 3].map((n) => n * n)", "result": "[ 1, 4, 9 ]"},
        {"code": "await Promise.resolve('x')", "result": "'x'"},
        {"code": '({ [Symbol.for("Jupyter.display")]: () => ({ "text/html": "<b>" }) })', "mime": "text/html"},
    ]
    code_display_data = [
        {"code": 'import { display } from "tslab"; display.html("<b>bold</b>")', "mime": "text/html"},
        {
            "code": '(globalThis as any)[Symbol.for("elbo-lab.frontEnd")]'
            '.display({ data: { "image/svg+xml": "<svg/>", "text/plain": "a picture" } })',
            "mime": "image/svg+xml",
        },
    ]
    code_history_pattern = "6 ?*"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "Math.max"
    code_clear_output = "clearOutput()"


if __name__ == "__main__":
    unittest.main()
