// SPDX-License-Identifier: MIT
// sheaf_bench_audio_ffmpeg FOLDER ENDING THREADS: decodes all recordings below FOLDER to float32 as
// FFmpeg's own examples do it, and stores nothing.
//
// What a program has to reckon with that doesn't know the plugin's short cuts: probe, stream info,
// decoder and resampler anew for every file. Two runs, of which the second is measured. Prints
// {"sources": …, "seconds": …}.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/log.h>
#include <libswresample/swresample.h>
}

namespace {

constexpr std::size_t batch = 64;
using Paths = std::vector<std::string>;

void check(int code) {
  if (code >= 0) return;
  std::fputs("sheaf_bench_audio_ffmpeg: a recording can't be decoded\n", stderr);
  std::exit(1);
}

void to_float(AVCodecContext* codec, SwrContext*& resampler, const AVFrame& frame,
              std::vector<float>& room) {
  AVChannelLayout layout{};
  av_channel_layout_default(&layout, codec->ch_layout.nb_channels);
  if (resampler == nullptr) {
    check(swr_alloc_set_opts2(&resampler, &layout, AV_SAMPLE_FMT_FLT, frame.sample_rate, &layout,
                              static_cast<AVSampleFormat>(frame.format), frame.sample_rate, 0,
                              nullptr));
    check(swr_init(resampler));
  }
  room.resize(std::max(room.size(), static_cast<std::size_t>(frame.nb_samples) *
                                        static_cast<std::size_t>(layout.nb_channels)));
  auto* to = reinterpret_cast<std::uint8_t*>(room.data());
  check(swr_convert(resampler, &to, frame.nb_samples,
                    const_cast<const std::uint8_t**>(frame.extended_data), frame.nb_samples));
}

void decode(const std::string& path, std::vector<float>& room) {
  AVFormatContext* format = nullptr;
  check(avformat_open_input(&format, path.c_str(), nullptr, nullptr));
  check(avformat_find_stream_info(format, nullptr));
  const AVCodec* decoder = nullptr;
  const int stream = av_find_best_stream(format, AVMEDIA_TYPE_AUDIO, -1, -1, &decoder, 0);
  check(stream);
  AVCodecContext* codec = avcodec_alloc_context3(decoder);
  check(avcodec_parameters_to_context(codec, format->streams[stream]->codecpar));
  codec->thread_count = 1;
  check(avcodec_open2(codec, decoder, nullptr));
  AVPacket* packet = av_packet_alloc();
  AVFrame* frame = av_frame_alloc();
  SwrContext* resampler = nullptr;
  for (bool more = true; more;) {
    more = av_read_frame(format, packet) >= 0;
    check(avcodec_send_packet(codec, more ? packet : nullptr));
    av_packet_unref(packet);
    while (avcodec_receive_frame(codec, frame) >= 0) to_float(codec, resampler, *frame, room);
  }
  swr_free(&resampler);
  av_frame_free(&frame);
  av_packet_free(&packet);
  avcodec_free_context(&codec);
  avformat_close_input(&format);
}

double run(const Paths& paths, int workers) {
  std::atomic<std::size_t> next = 0;
  const auto begin = std::chrono::steady_clock::now();
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < workers; ++i) {
      threads.emplace_back([&] {
        std::vector<float> room;
        for (std::size_t first = next.fetch_add(batch); first < paths.size();
             first = next.fetch_add(batch)) {
          const std::size_t last = std::min(first + batch, paths.size());
          for (std::size_t at = first; at < last; ++at) decode(paths[at], room);
        }
      });
    }
  }
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fputs("usage: sheaf_bench_audio_ffmpeg FOLDER ENDING THREADS\n", stderr);
    return 2;
  }
  av_log_set_level(AV_LOG_QUIET);
  Paths paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(argv[1])) {
    if (entry.path().extension() == argv[2]) paths.push_back(entry.path().string());
  }
  const int workers = std::atoi(argv[3]);
  run(paths, workers);
  std::printf("{\"sources\": %zu, \"seconds\": %.6f}\n", paths.size(), run(paths, workers));
  return 0;
}
